import { sql } from 'kysely';
import type { Catalogue } from '../catalogue.ts';

/** Every label that processes have, with how many have it. */
export async function listLabels({ store }: Catalogue): Promise<{ label: string; processes: number }[]> {
  const rows = await store.db
    .selectFrom('process')
    .select('labels')
    .select(sql<number>`count(*)`.as('n'))
    .where('removed_at', 'is', null)
    .where('labels', '!=', '[]')
    .groupBy('labels')
    .execute();
  const found = new Map<string, number>();
  for (const { labels, n } of rows) {
    for (const label of JSON.parse(labels) as string[]) found.set(label, (found.get(label) ?? 0) + Number(n));
  }
  return [...found]
    .map(([label, processes]) => ({ label, processes }))
    .sort((one, other) => one.label.localeCompare(other.label));
}
