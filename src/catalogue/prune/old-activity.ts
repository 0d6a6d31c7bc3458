import type { Catalogue } from '../catalogue.ts';
import type { PruneWork } from './prune-work.ts';

const atOnce = 5000;

export async function countOldActivity({ store }: Catalogue, before: string): Promise<number> {
  const row = await store.db
    .selectFrom('activity')
    .select((is) => is.fn.countAll().as('n'))
    .where('at', '<', before)
    .executeTakeFirst();
  return Number(row?.n ?? 0);
}

/** Entries from before the border, oldest first. */
export async function removeOldActivity(
  catalogue: Catalogue,
  before: string,
  { signal, onProgress }: PruneWork,
): Promise<number> {
  const total = await countOldActivity(catalogue, before);
  for (let removed = 0; ; ) {
    signal?.throwIfAborted();
    const gone = await catalogue.store.transaction(async (tx) => {
      const { numDeletedRows } = await tx.db
        .deleteFrom('activity')
        .where('id', 'in', (some) =>
          some.selectFrom('activity').select('id').where('at', '<', before).orderBy('id').limit(atOnce),
        )
        .executeTakeFirst();
      return Number(numDeletedRows);
    });
    removed += gone;
    onProgress?.('activity', removed, total);
    if (gone < atOnce) return removed;
    await catalogue.clock.turn();
  }
}
