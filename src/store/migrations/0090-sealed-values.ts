import type { Migration } from './migration.ts';

/** Documents and plans are sealed from here on; what was written before is sealed page by page (`sealStored`), not here. */
export const sealedValues: Migration = {
  number: 90,
  name: 'sealed values, which a former Lockstep cannot read',
  statements: () => [],
};
