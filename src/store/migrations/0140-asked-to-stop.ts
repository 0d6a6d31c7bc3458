import type { Migration } from './migration.ts';

export const askedToStop: Migration = {
  number: 140,
  name: 'which long work somebody asked another server to stop',
  statements: () => ['alter table server_operation add column stop_asked integer not null default 0'],
};
