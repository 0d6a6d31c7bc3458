import type { Migration } from './migration.ts';

export const successors: Migration = {
  number: 121,
  name: 'which plugin takes over from a version’s plugin',
  statements: () => ['alter table plugin_version add column successor text'],
};
