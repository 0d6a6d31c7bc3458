import type { StoreTransaction } from '../../store/index.ts';
import type { Applied } from './applied.ts';

/** Lets go of a run's locks (one, or all) and hands each to the run that has waited longest. */
export async function releaseLocks(
  tx: StoreTransaction,
  { runId, lock }: { readonly runId: string; readonly lock: string | null },
  then: Applied['then'][number][],
): Promise<void> {
  let held = tx.db.selectFrom('run_lock').select('name').where('run_id', '=', runId);
  if (lock !== null) held = held.where('name', '=', lock);
  for (const { name } of await held.execute()) {
    await tx.db.deleteFrom('run_lock').where('name', '=', name).execute();
    const granted = await grantLock(tx, name);
    if (granted) then.push({ runId: granted.runId, event: { type: 'lockGranted', key: granted.key }, lock: name });
  }
}

/** Gives a free lock to the run that has waited longest; null when nobody waits. */
export async function grantLock(tx: StoreTransaction, name: string): Promise<{ runId: string; key: string } | null> {
  const first = await tx.db
    .selectFrom('run_lock_wait')
    .selectAll()
    .where('name', '=', name)
    .orderBy('since')
    .orderBy('run_id')
    .executeTakeFirst();
  if (!first) return null;
  await tx.db
    .deleteFrom('run_lock_wait')
    .where('run_id', '=', first.run_id)
    .where('activity', '=', first.activity)
    .execute();
  await tx.db
    .insertInto('run_lock')
    .values({ name, run_id: first.run_id, activity: first.activity, told: 0 })
    .execute();
  return { runId: first.run_id, key: first.activity };
}
