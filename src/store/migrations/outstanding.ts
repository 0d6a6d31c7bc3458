import { LockstepError } from '../../failure/index.ts';
import { latestSchema, migrations } from './index.ts';
import type { ColumnTypes } from './migration.ts';

/**
 * What brings a schema from a number (0: none yet) to the latest one. The caller holds the database's migration lock,
 * runs the statements and records `number`. Throws `data-newer` for a schema that a newer Lockstep wrote.
 */
export function outstandingStatements(
  types: ColumnTypes,
  current: number,
): { readonly number: number; readonly statements: readonly string[] } {
  refuseNewer(current);
  const outstanding = migrations.filter(({ number }) => number > current);
  return { number: latestSchema, statements: outstanding.flatMap(({ statements }) => statements(types)) };
}

export function refuseNewer(current: number): void {
  if (current <= latestSchema) return;
  throw new LockstepError(
    'data-newer',
    `The data was written by a newer Lockstep (its schema is ${current}, this one knows ${latestSchema}).`,
    { hint: 'Use that Lockstep or a later one; nothing was changed.', data: { found: current, known: latestSchema } },
  );
}
