import type { StoreTransaction } from '../../store/index.ts';
import type { RunCommand, StepOrder } from '../run-state.ts';
import type { Applied } from './applied.ts';
import type { Decision } from './decide.ts';
import { appendHistory } from './run-history.ts';
import { releaseLocks } from './run-locks.ts';

/** Somebody else changed the run since it was read: whatever the transaction did is rolled back, and done anew. */
export class Overtaken extends Error {}

/** Writes what was decided over the given revision; throws `Overtaken` where that is not the run's any more. */
export async function write(
  tx: StoreTransaction,
  runId: string,
  { state, commands, orders, happened, steps }: Decision,
  { revision, labels, now }: { readonly revision: number; readonly labels: readonly string[]; readonly now: Date },
): Promise<Applied> {
  const at = now.toISOString();
  const activities = Object.values(state.activities);
  const failure = happened.findLast((one) => one.type === 'activity-ended' && one['outcome'] === 'failure');
  const updated = await tx.db
    .updateTable('run')
    .set({
      state: JSON.stringify(state),
      status: state.status,
      revision: revision + 1,
      steps: steps.all,
      steps_done: steps.done,
      asking: activities.filter(({ state: now }) => now === 'asking' || now === 'uncertain').length,
      cancelling: state.cancelling ? 1 : 0,
      ended_at: state.status === 'running' ? null : at,
      ...(failure ? { reason: `${failure.activity}: ${failure['message'] ?? 'failed'}` } : {}),
      ...(state.status === 'success' ? { reason: null } : {}),
    })
    .where('run_id', '=', runId)
    .where('revision', '=', revision)
    .executeTakeFirst();
  if (Number(updated.numUpdatedRows) === 0) throw new Overtaken();
  await appendHistory(tx, runId, happened, at);
  let number = 0;
  for (const { order, step } of orders) {
    await tx.db
      .insertInto('run_step')
      .values({
        step_id: `${runId}.${revision + 1}.${number++}`,
        run_id: runId,
        activity: order.key,
        attempt: order.attempt,
        state: 'ready',
        agent: null,
        fence: 0,
        lease_until: null,
        labels: JSON.stringify([...new Set([...labels, ...step.labels])]),
        plugin_id: step.plugin.id,
        plugin_version: step.plugin.version,
        digest: step.plugin.digest,
        step_type: step.stepType,
        repeatable: step.repeatable ? 1 : 0,
        cancel: 0,
        work: JSON.stringify(step.work),
        created_at: at,
        started_at: null,
        ended_at: null,
        exit_code: null,
        reason: null,
        log_bytes: 0,
      })
      .execute();
  }
  const then: Applied['then'][number][] = [];
  const stopped: string[] = [];
  for (const command of commands) await follow(tx, runId, command, { at, now, then, stopped });
  return { state, orders: orders.length, then, stopped };
}

interface Following {
  readonly at: string;
  readonly now: Date;
  readonly then: Applied['then'][number][];
  readonly stopped: string[];
}

async function follow(
  tx: StoreTransaction,
  runId: string,
  command: Exclude<RunCommand, StepOrder>,
  following: Following,
): Promise<void> {
  const { at, now, then, stopped } = following;
  switch (command.type) {
    case 'acquireLock': {
      await tx.db
        .insertInto('run_lock')
        .values({ name: command.lock, run_id: runId, activity: command.key, told: 0 })
        .onConflict((conflict) => conflict.column('name').doNothing())
        .execute();
      const holder = await tx.db.selectFrom('run_lock').selectAll().where('name', '=', command.lock).executeTakeFirst();
      if (holder?.run_id === runId) {
        then.push({ runId, event: { type: 'lockGranted', key: command.key }, lock: command.lock });
        return;
      }
      await tx.db
        .insertInto('run_lock_wait')
        .values({ run_id: runId, activity: command.key, name: command.lock, since: at })
        .execute();
      return;
    }
    case 'releaseLock':
      await releaseLocks(tx, { runId, lock: command.lock }, then);
      return;
    case 'abandonLock':
      await tx.db.deleteFrom('run_lock_wait').where('run_id', '=', runId).where('activity', '=', command.key).execute();
      return;
    case 'startTimer':
      await tx.db
        .insertInto('run_timer')
        .values({
          run_id: runId,
          activity: command.key,
          due_at: new Date(now.getTime() + command.seconds * 1000).toISOString(),
          set_at: at,
        })
        .execute();
      return;
    case 'stopTimer':
      await tx.db.deleteFrom('run_timer').where('run_id', '=', runId).where('activity', '=', command.key).execute();
      return;
    case 'cancelStep':
      return cancelStep(tx, runId, command.key, { then, stopped });
    case 'runEnded':
      await tx.db.deleteFrom('run_lock_wait').where('run_id', '=', runId).execute();
      await tx.db.deleteFrom('run_timer').where('run_id', '=', runId).execute();
      await releaseLocks(tx, { runId, lock: null }, then);
      return;
    default:
      return;
  }
}

async function cancelStep(
  tx: StoreTransaction,
  runId: string,
  key: string,
  { then, stopped }: Pick<Following, 'then' | 'stopped'>,
): Promise<void> {
  const open = tx.db
    .selectFrom('run_step')
    .select(['step_id', 'state'])
    .where('run_id', '=', runId)
    .where('activity', '=', key);
  for (const step of await open.where('state', 'in', ['ready', 'claimed', 'running']).execute()) {
    // nobody takes it any more; that it ended is a change of its own
    await tx.db.updateTable('run_step').set({ cancel: 1 }).where('step_id', '=', step.step_id).execute();
    if (step.state === 'ready')
      then.push({ runId, event: { type: 'stepEnded', key, outcome: 'cancelled' }, step: step.step_id });
    else stopped.push(step.step_id);
  }
}
