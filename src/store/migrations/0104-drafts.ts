import type { Migration } from './migration.ts';

/** A draft is kept beside the process that it may become, under the same name. */
export const drafts: Migration = {
  number: 104,
  name: 'drafts of processes',
  statements: () => [
    'alter table process add column draft bigint not null default 0',
    'drop index process_name',
    'create unique index process_name on process (name, kind, owner, draft) where removed_at is null',
  ],
};
