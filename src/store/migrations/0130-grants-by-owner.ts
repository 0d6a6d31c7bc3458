import type { Migration } from './migration.ts';

export const grantsByOwner: Migration = {
  number: 130,
  name: 'roles for the processes of some owners',
  statements: () => [
    `create table process_grant (
      id text primary key, kind text not null, holder text not null, role text not null, owner text,
      created_at text not null, created_by text not null)`,
    'create index process_grant_holder on process_grant (kind, holder)',
  ],
};
