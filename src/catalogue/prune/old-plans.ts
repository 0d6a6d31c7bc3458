import type { Catalogue } from '../catalogue.ts';
import { removePlan } from '../plan/create-plan.ts';
import type { PruneWork } from './prune-work.ts';

/** Plans that were undone, or never applied, and rest since before the border. What can be undone stays. */
async function oldPlans({ store }: Catalogue, before: string): Promise<number[]> {
  const rows = await store.db
    .selectFrom('plan')
    .select('id')
    .where('state', 'in', [...prunableStates])
    .where('changed_at', '<', before)
    .orderBy('id')
    .execute();
  return rows.map(({ id }) => id);
}

const prunableStates = ['undone', 'planned'] as const;

export async function countOldPlans(catalogue: Catalogue, before: string): Promise<number> {
  return (await oldPlans(catalogue, before)).length;
}

export async function removeOldPlans(
  catalogue: Catalogue,
  before: string,
  { signal, onProgress }: PruneWork,
): Promise<number> {
  const ids = await oldPlans(catalogue, before);
  let removed = 0;
  for (const [index, id] of ids.entries()) {
    signal?.throwIfAborted();
    await catalogue.store.transaction(async (tx) => {
      // somebody may apply or redo it at this moment: then it is none of these any more
      const query = tx.db
        .selectFrom('plan')
        .select('id')
        .where('id', '=', id)
        .where('state', 'in', [...prunableStates])
        .where('changed_at', '<', before);
      const still = await (tx.shared ? query.forUpdate() : query).executeTakeFirst();
      if (!still) return;
      await removePlan(tx, id);
      removed++;
    });
    onProgress?.('plans', index + 1, ids.length);
    await catalogue.clock.turn();
  }
  return removed;
}
