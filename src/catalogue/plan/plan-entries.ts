import type { Kysely } from 'kysely';
import type { Tables } from '../../store/index.ts';

/** A plan's processes, each with its details: the narrow row and the wide one [docs/adr/0033]. */
export function planEntries(db: Kysely<Tables>, planId: number) {
  return db
    .selectFrom('plan_process')
    .innerJoin('plan_detail', (join) =>
      join
        .onRef('plan_detail.plan_id', '=', 'plan_process.plan_id')
        .onRef('plan_detail.process_id', '=', 'plan_process.process_id'),
    )
    .where('plan_process.plan_id', '=', planId);
}
