import type { Kysely } from 'kysely';
import type { Tables } from '../../store/index.ts';

/** Every process with its current version, removed ones included. */
export function currentVersions(db: Kysely<Tables>) {
  return db
    .selectFrom('process')
    .innerJoin('process_version', (join) =>
      join
        .onRef('process_version.process_id', '=', 'process.id')
        .onRef('process_version.version', '=', 'process.version'),
    );
}
