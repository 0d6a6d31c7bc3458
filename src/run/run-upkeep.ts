import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LockstepError } from '../failure/index.ts';
import type { RunStepTable } from '../store/index.ts';
import { stepHeard } from './engine/heard.ts';
import { isOpen } from './engine/open-steps.ts';
import { appendHistory } from './engine/run-history.ts';
import { grantLock } from './engine/run-locks.ts';
import type { Engine } from './engine.ts';

/**
 * What time brings about: timers fire, leases run out, locks reach who waits. Safe to call at any moment, by several
 * servers, and after a crash: it finds in the database whatever was left undone.
 */
export async function upkeep(engine: Engine): Promise<void> {
  await bringBackTimers(engine);
  await fireTimers(engine);
  await shortenLeases(engine);
  await expireLeases(engine);
  await endCancelled(engine);
  await handOutLocks(engine);
}

/** A run that cannot go on (its process was damaged, say) holds up no other one; the next look tries it again. */
async function each<Row>(rows: readonly Row[], action: (row: Row) => Promise<unknown>): Promise<void> {
  for (const row of rows)
    await action(row).catch((error) => {
      if (!(error instanceof LockstepError)) throw error;
    });
}

/** Timers that were set in the future: the clock was set back, and they would wait until it is there again. */
async function bringBackTimers({ options: { store, now, leaseSeconds } }: Engine): Promise<void> {
  const at = now();
  const ahead = await store.db
    .selectFrom('run_timer')
    .selectAll()
    .where('set_at', '>', new Date(at.getTime() + 2 * leaseSeconds * 1000).toISOString())
    .limit(1000)
    .execute();
  for (const { run_id, activity, due_at, set_at } of ahead)
    await store.db
      .updateTable('run_timer')
      .set({
        due_at: new Date(at.getTime() + Date.parse(due_at) - Date.parse(set_at)).toISOString(),
        set_at: at.toISOString(),
      })
      .where('run_id', '=', run_id)
      .where('activity', '=', activity)
      .where('set_at', '=', set_at)
      .execute();
}

async function fireTimers(engine: Engine): Promise<void> {
  const { store, now } = engine.options;
  const due = await store.db
    .selectFrom('run_timer')
    .selectAll()
    .where('due_at', '<=', now().toISOString())
    .limit(1000)
    .execute();
  await each(due, ({ run_id, activity }) =>
    engine.send(run_id, [{ type: 'timerFired', key: activity }], async (tx) => {
      const gone = await tx.db
        .deleteFrom('run_timer')
        .where('run_id', '=', run_id)
        .where('activity', '=', activity)
        .executeTakeFirst();
      return Number(gone.numDeletedRows) === 1;
    }),
  );
}

/**
 * Steps whose agent is silent. One that was not started, or that may be repeated, goes to another agent; of any other
 * nobody knows whether it happened: it becomes a question, and is never repeated silently.
 */
export async function expireLeases(engine: Engine): Promise<void> {
  const { store, now, heard } = engine.options;
  const silent = await store.db
    .selectFrom('run_step')
    .selectAll()
    .where(isOpen)
    .where('state', 'in', ['claimed', 'running'])
    .where('lease_until', '<', now().toISOString())
    .limit(1000)
    .execute();
  // whoever was heard here within a lease lives, whatever the machine's clock says now
  await each(
    silent.filter((step) => step.lease_until === '' || !heard.recently(stepHeard(step.step_id, Number(step.fence)))),
    (step) => expireLease(engine, step),
  );
}

/** Leases that end in a future which no lease reaches: the clock was set back, and nobody would miss a lost agent until then. */
async function shortenLeases({ options: { store, now, leaseSeconds } }: Engine): Promise<void> {
  const at = (leases: number): string => new Date(now().getTime() + leases * leaseSeconds * 1000).toISOString();
  await store.db
    .updateTable('run_step')
    .set({ lease_until: at(1) })
    .where(isOpen)
    .where('state', 'in', ['claimed', 'running'])
    .where('lease_until', '>', at(2))
    .execute();
}

async function expireLease(engine: Engine, step: RunStepTable): Promise<void> {
  const { store, now } = engine.options;
  const again = step.state === 'claimed' || (Number(step.repeatable) === 1 && !step.cancel);
  const message = `The agent ${step.agent} was lost while it did this step; nobody knows whether it was done.`;
  const at = now().toISOString();
  if (step.state === 'claimed' && Number(step.cancel) === 1) {
    const event = { type: 'stepEnded', key: step.activity, outcome: 'cancelled' } as const;
    await engine.send(step.run_id, [event], async (tx) => {
      const changed = await tx.db
        .updateTable('run_step')
        .set({ state: 'cancelled', ended_at: at, lease_until: null })
        .where('step_id', '=', step.step_id)
        .where('state', '=', 'claimed')
        .executeTakeFirst();
      return Number(changed.numUpdatedRows) === 1;
    });
    return;
  }
  if (again) {
    await store.transaction(async (tx) => {
      const changed = await tx.db
        .updateTable('run_step')
        .set({ state: 'ready', agent: null, lease_until: null })
        .where('step_id', '=', step.step_id)
        .where('fence', '=', step.fence)
        .where('state', '=', step.state)
        .executeTakeFirst();
      if (Number(changed.numUpdatedRows) === 0) return;
      const detail = {
        type: 'step-given-back',
        activity: step.activity,
        agent: step.agent,
        begun: step.state === 'running',
      };
      await appendHistory(tx, step.run_id, [detail], at);
    });
    engine.signals.emit('changed', step.run_id);
    engine.signals.emit('work');
    return;
  }
  await engine.send(step.run_id, [{ type: 'stepUncertain', key: step.activity, message }], async (tx) => {
    const changed = await tx.db
      .updateTable('run_step')
      .set({ state: 'uncertain', reason: message, lease_until: null })
      .where('step_id', '=', step.step_id)
      .where('fence', '=', step.fence)
      .where('state', '=', 'running')
      .executeTakeFirst();
    return Number(changed.numUpdatedRows) === 1;
  });
}

/** Steps that were cancelled before anybody took them, and whose run was not told. */
async function endCancelled(engine: Engine): Promise<void> {
  const untold = await engine.options.store.db
    .selectFrom('run_step')
    .select(['step_id', 'run_id', 'activity'])
    .where(isOpen)
    .where('state', '=', 'ready')
    .where('cancel', '=', 1)
    .execute();
  await each(untold, ({ run_id, activity, step_id }) =>
    engine.tell({
      runId: run_id,
      event: { type: 'stepEnded', key: activity, outcome: 'cancelled' },
      step: step_id,
    }),
  );
}

async function handOutLocks(engine: Engine): Promise<void> {
  const { store } = engine.options;
  const waiting = await store.db
    .selectFrom('run_lock_wait')
    .select('name')
    .distinct()
    .where('name', 'not in', (not) => not.selectFrom('run_lock').select('name'))
    .execute();
  for (const { name } of waiting)
    await store.transaction(async (tx) => {
      const held = await tx.db.selectFrom('run_lock').select('name').where('name', '=', name).executeTakeFirst();
      if (!held) await grantLock(tx, name);
    });
  const untold = await store.db.selectFrom('run_lock').selectAll().where('told', '=', 0).execute();
  await each(untold, ({ run_id, activity, name }) =>
    engine.tell({ runId: run_id, event: { type: 'lockGranted', key: activity }, lock: name }),
  );
}

export interface Retention {
  /** Ended runs older than this go. */
  readonly days: number;
  /** At least so many of each process stay, however old. */
  readonly keep: number;
}

/** Logs whose run is gone already, because a sweep died in between. */
async function sweepOrphans({ options }: Engine, folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (let from = 0; from < names.length; from += 500) {
    const some = names.slice(from, from + 500);
    const rows = await options.store.db.selectFrom('run').select('run_id').where('run_id', 'in', some).execute();
    const known = new Set(rows.map(({ run_id }) => run_id));
    for (const name of some) if (!known.has(name)) await rm(join(folder, name), { recursive: true, force: true });
  }
}

/** Ended runs that are older and beyond those that stay of each process. */
export async function sweepableRuns(
  { options: { store, now } }: Engine,
  { days, keep }: Retention,
): Promise<readonly string[]> {
  const border = new Date(now().getTime() - days * 86_400_000).toISOString();
  const ended = await store.db
    .selectFrom('run')
    .select(['run_id', 'process_id', 'ended_at'])
    .where('status', '!=', 'running')
    .orderBy('requested_at', 'desc')
    .execute();
  const seen = new Map<number, number>();
  return ended.flatMap((run) => {
    const count = (seen.get(run.process_id) ?? 0) + 1;
    seen.set(run.process_id, count);
    return count <= keep || run.ended_at === null || run.ended_at >= border ? [] : [run.run_id];
  });
}

/** Deletes old runs with their history and logs; answers how many. Runs under way and those that ask stay. */
export async function sweepRuns(engine: Engine, folder: string, retention: Retention): Promise<number> {
  const runs = await sweepableRuns(engine, retention);
  for (const run of runs) {
    await engine.options.store.transaction(async (tx) => {
      for (const table of ['run_event', 'run_step', 'run_artefact', 'run_timer', 'run_lock_wait', 'run'] as const)
        await tx.db.deleteFrom(table).where('run_id', '=', run).execute();
    });
    await rm(join(folder, run), { recursive: true, force: true });
  }
  await sweepOrphans(engine, folder);
  return runs.length;
}
