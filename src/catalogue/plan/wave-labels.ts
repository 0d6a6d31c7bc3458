import { sql } from 'kysely';
import type { Catalogue } from '../catalogue.ts';
import { planRow } from './plan-summary.ts';

/** A label that processes of a plan bear, by which a wave may be chosen. */
export interface WaveLabel {
  readonly label: string;
  /** Of the plan. */
  readonly processes: number;
  /** Of these, still to do. */
  readonly pending: number;
}

/** The labels among a plan's processes, in their alphabet's order. */
export async function waveLabels({ store }: Catalogue, planId: string): Promise<WaveLabel[]> {
  const plan = await planRow(store.db, planId);
  const rows = await store.db
    .selectFrom('plan_process')
    .innerJoin('process', 'process.id', 'plan_process.process_id')
    .select(['labels', 'state'])
    .select(sql<number>`count(*)`.as('n'))
    .where('plan_id', '=', plan.id)
    .where('labels', '!=', '[]')
    .groupBy(['labels', 'state'])
    .execute();
  const found = new Map<string, { processes: number; pending: number }>();
  for (const { labels, state, n } of rows) {
    for (const label of JSON.parse(labels) as string[]) {
      const counts = found.get(label) ?? { processes: 0, pending: 0 };
      counts.processes += Number(n);
      if (state === 'pending' || state === 'open') counts.pending += Number(n);
      found.set(label, counts);
    }
  }
  return [...found]
    .map(([label, counts]) => ({ label, ...counts }))
    .sort((one, other) => (one.label < other.label ? -1 : 1));
}
