// Above 400 lines on purpose: everything that writes a run's state stands here, so that each change of it is one transaction.
import { EventEmitter } from 'node:events';
import { type SqlBool, sql } from 'kysely';
import { LockstepError } from '../failure/index.ts';
import type { ProcessDocument } from '../process/index.ts';
import type { Store, StoreTransaction } from '../store/index.ts';
import { next, scriptText } from './machine.ts';
import type { Happening, ProcessPin, RunCommand, RunMachineEvent, RunState, StepOrder } from './run-state.ts';
import { askedAs, declaredProperties } from './scope.ts';
import type { Scripts } from './script/scripts.ts';
import type { PluginSource, ProcessSource } from './sources.ts';
import { type PreparedStep, prepareStep } from './step-order.ts';
import type { Part } from './value.ts';
import { openParts, type Vault } from './vault.ts';

export interface EngineOptions {
  readonly store: Store;
  readonly processes: ProcessSource;
  readonly plugins: PluginSource;
  readonly vault: Vault;
  readonly scripts: Scripts;
  readonly now: () => Date;
}

/** Told after a change is safe in the database. */
export interface EngineSignals {
  changed: [runId: string];
  /** Steps are ready for agents. */
  work: [];
  /** An agent should stop this step. */
  cancel: [stepId: string];
}

export type Engine = ReturnType<typeof openEngine>;

interface Decision {
  readonly state: RunState;
  readonly commands: readonly Exclude<RunCommand, StepOrder>[];
  readonly orders: readonly { readonly order: StepOrder; readonly step: PreparedStep }[];
  readonly happened: readonly Happening[];
}

interface Applied {
  readonly state: RunState;
  readonly orders: number;
  readonly stopped: readonly string[];
  /** What the change itself brought about, in this run or in others. */
  readonly then: readonly { readonly runId: string; readonly event: RunMachineEvent; readonly lock?: string }[];
}

/**
 * Moves runs on: reads a run, lets the machine decide, and writes the new state, the history and everything that
 * follows (steps for agents, locks, timers) in one transaction which holds only if nobody else changed the run since.
 */
export function openEngine(options: EngineOptions) {
  const { store, now } = options;
  const signals = new EventEmitter<EngineSignals>();
  signals.setMaxListeners(0);
  const lines = new Map<string, Promise<unknown>>();

  /** One change of a run after another within this process; other processes are kept apart by the revision. */
  function inLine<T>(runId: string, action: () => Promise<T>): Promise<T> {
    const before = lines.get(runId) ?? Promise.resolve();
    const mine = before.then(action, action);
    const settled = mine.catch(() => {});
    lines.set(runId, settled);
    void settled.then(() => lines.get(runId) === settled && lines.delete(runId));
    return mine;
  }

  /**
   * Sends events to a run. `also` runs inside the transaction; when it answers false nothing is changed and the
   * result is null; `after` sees what the change wrote. Throws `run-not-found`, and what the machine throws.
   */
  async function send(
    runId: string,
    events: readonly RunMachineEvent[],
    also?: (tx: StoreTransaction) => Promise<boolean>,
    after?: (tx: StoreTransaction) => Promise<void>,
  ): Promise<RunState | null> {
    const applied = await inLine(runId, () => change(runId, events, also, after));
    if (!applied) return null;
    signals.emit('changed', runId);
    if (applied.orders > 0) signals.emit('work');
    for (const stepId of applied.stopped) signals.emit('cancel', stepId);
    for (const { runId: other, event, lock } of applied.then) await tell(other, event, lock);
    return applied.state;
  }

  async function tell(runId: string, event: RunMachineEvent, lock: string | undefined): Promise<void> {
    await send(runId, [event], async (tx) => {
      if (lock === undefined) return true;
      await tx.db
        .updateTable('run_lock')
        .set({ told: 1 })
        .where('name', '=', lock)
        .where('run_id', '=', runId)
        .execute();
      return true;
    });
  }

  async function change(
    runId: string,
    events: readonly RunMachineEvent[],
    also: ((tx: StoreTransaction) => Promise<boolean>) | undefined,
    after: ((tx: StoreTransaction) => Promise<void>) | undefined,
  ): Promise<Applied | null> {
    for (;;) {
      const row = await store.db
        .selectFrom('run')
        .select(['state', 'revision', 'labels'])
        .where('run_id', '=', runId)
        .executeTakeFirst();
      if (!row)
        throw new LockstepError('run-not-found', `There is no run ${runId}.`, {
          hint: '`lockstep run list` shows them.',
        });
      const decision = await decide(JSON.parse(row.state) as RunState, events, options);
      const applied = await store.transaction(async (tx) => {
        const current = await tx.db.selectFrom('run').select('revision').where('run_id', '=', runId).executeTakeFirst();
        if (Number(current?.revision) !== Number(row.revision)) return 'again' as const;
        if (also && !(await also(tx))) return null;
        const written = await write(tx, runId, decision, {
          revision: Number(row.revision),
          labels: JSON.parse(row.labels),
          now: now(),
        });
        if (written !== 'again') await after?.(tx);
        return written;
      });
      if (applied !== 'again') return applied;
    }
  }

  /** Puts a new run in the database; it starts with its first event. */
  async function create(
    row: {
      readonly runId: string;
      readonly state: RunState;
      readonly by: string;
      readonly labels: readonly string[];
      readonly steps: number;
    },
    start: Happening,
  ): Promise<void> {
    await store.transaction(async (tx) => {
      const at = now().toISOString();
      await tx.db
        .insertInto('run')
        .values({
          run_id: row.runId,
          process_id: Number(row.state.root.processId),
          process_name: row.state.root.name,
          process_version: row.state.root.version,
          status: 'running',
          requested_by: row.by,
          requested_at: at,
          ended_at: null,
          labels: JSON.stringify(row.labels),
          revision: 0,
          events: 0,
          steps: row.steps,
          steps_done: 0,
          asking: 0,
          cancelling: 0,
          reason: null,
          state: JSON.stringify(row.state),
        })
        .execute();
      await appendHistory(tx, row.runId, [start], at);
    });
    await send(row.runId, [{ type: 'start' }]);
  }

  return { options, signals, send, create };
}

/** Lets the machine decide, and answers what can be answered at once: preconditions, processes, missing plugins. */
async function decide(state: RunState, events: readonly RunMachineEvent[], options: EngineOptions): Promise<Decision> {
  const documents = new Map<string, ProcessDocument>();
  const load = async (pin: ProcessPin): Promise<void> => {
    const key = `${pin.processId}@${pin.version}`;
    if (!documents.has(key)) documents.set(key, (await options.processes.load(pin.processId, pin.version)).document);
  };
  for (const pin of [
    state.root,
    ...Object.values(state.pins),
    ...Object.values(state.frames).map((frame) => frame.pin),
  ])
    await load(pin);
  const documentOf = (pin: ProcessPin): ProcessDocument => documents.get(`${pin.processId}@${pin.version}`)!;

  const commands: Exclude<RunCommand, StepOrder>[] = [];
  const orders: { order: StepOrder; step: PreparedStep }[] = [];
  const happened: Happening[] = [];
  const queue = [...events];
  let now = state;
  for (let event = queue.shift(); event; event = queue.shift()) {
    const transition = next(now, event, documentOf);
    now = transition.state;
    happened.push(...transition.happened);
    for (const command of transition.commands) {
      if (command.type === 'loadProcess') {
        const pin = await options.processes.find(command.reference);
        if (pin) await load(pin);
        queue.push({ type: 'processLoaded', key: command.key, pin });
      } else if (command.type === 'decidePrecondition') {
        const values = visibleValues(now, command.key, documentOf);
        queue.push(await decidePrecondition(command.key, command.script, values, options));
      } else if (command.type === 'runStep') {
        const step = await prepareStep(command, { ...options, pinned: now.plugins ?? {} });
        if (typeof step === 'string')
          queue.push({ type: 'stepEnded', key: command.key, outcome: 'failure', message: step });
        else orders.push({ order: command, step });
      } else commands.push(command);
    }
  }
  return { state: now, commands, orders, happened };
}

async function decidePrecondition(
  key: string,
  script: readonly Part[],
  properties: Readonly<Record<string, string>>,
  { vault, scripts }: EngineOptions,
): Promise<RunMachineEvent> {
  const parts = script.map((part) => {
    if (part.kind === 'text') return part.text;
    const [opened] = openParts(vault, [part]).parts;
    return opened?.kind === 'text' ? scriptText(opened.text) : '';
  });
  const result = await scripts.run({ kind: 'condition', script: parts.join(''), properties, logFile: null });
  return {
    type: 'preconditionDecided',
    key,
    holds: result.holds,
    ...(result.error === null ? {} : { error: `Its precondition: ${result.error}` }),
  };
}

/** What a precondition sees as `properties`: plain values only. */
function visibleValues(
  state: RunState,
  key: string,
  documentOf: (pin: ProcessPin) => ProcessDocument,
): Record<string, string> {
  const frame = state.frames[state.activities[key]!.frame]!;
  const all: Record<string, unknown> = {};
  for (const declared of declaredProperties(documentOf(frame.pin))) all[declared.name] = declared.value ?? '';
  Object.assign(all, state.input.answers, frame.scopes['request'], state.runtime);
  for (const activity of Object.values(state.activities)) {
    const name = askedAs(state, state.frames[activity.frame]!, activity.name);
    for (const [output, value] of Object.entries(activity.outputs ?? {})) all[`${name}/${output}`] = value;
  }
  return Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

async function write(
  tx: StoreTransaction,
  runId: string,
  { state, commands, orders, happened }: Decision,
  { revision, labels, now }: { readonly revision: number; readonly labels: readonly string[]; readonly now: Date },
): Promise<Applied | 'again'> {
  const at = now.toISOString();
  const activities = Object.values(state.activities);
  const failure = happened.findLast((one) => one.type === 'activity-ended' && one['outcome'] === 'failure');
  const updated = await tx.db
    .updateTable('run')
    .set({
      state: JSON.stringify(state),
      status: state.status,
      revision: revision + 1,
      steps_done: activities.filter(({ type, state: now }) => type === 'plugin' && now === 'ended').length,
      asking: activities.filter(({ state: now }) => now === 'asking' || now === 'uncertain').length,
      cancelling: state.cancelling ? 1 : 0,
      ended_at: state.status === 'running' ? null : at,
      ...(failure ? { reason: `${failure.activity}: ${failure['message'] ?? 'failed'}` } : {}),
      ...(state.status === 'success' ? { reason: null } : {}),
    })
    .where('run_id', '=', runId)
    .where('revision', '=', revision)
    .executeTakeFirst();
  if (Number(updated.numUpdatedRows) === 0) return 'again';
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
        })
        .execute();
      return;
    case 'stopTimer':
      await tx.db.deleteFrom('run_timer').where('run_id', '=', runId).where('activity', '=', command.key).execute();
      return;
    case 'cancelStep':
      return cancelStep(tx, runId, command.key, { at, then, stopped });
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
  { at, then, stopped }: Pick<Following, 'at' | 'then' | 'stopped'>,
): Promise<void> {
  const open = tx.db
    .selectFrom('run_step')
    .select(['step_id', 'state'])
    .where('run_id', '=', runId)
    .where('activity', '=', key);
  for (const step of await open.where('state', 'in', ['ready', 'claimed', 'running']).execute()) {
    if (step.state === 'ready') {
      await tx.db
        .updateTable('run_step')
        .set({ state: 'cancelled', ended_at: at })
        .where('step_id', '=', step.step_id)
        .execute();
      then.push({ runId, event: { type: 'stepEnded', key, outcome: 'cancelled' } });
    } else {
      await tx.db.updateTable('run_step').set({ cancel: 1 }).where('step_id', '=', step.step_id).execute();
      stopped.push(step.step_id);
    }
  }
}

/** Lets go of a run's locks (one, or all) and hands each to the run that has waited longest. */
async function releaseLocks(
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

/** Steps that are not at their end: word for word the condition of the index that holds only those. */
export const isOpen = sql<SqlBool>`state in ('ready', 'claimed', 'running')`;

/** Appends to a run's history; the run's own counter gives the numbers. */
export async function appendHistory(
  tx: StoreTransaction,
  runId: string,
  happened: readonly Happening[],
  at: string,
): Promise<void> {
  if (happened.length === 0) return;
  const row = await tx.db
    .updateTable('run')
    .set((set) => ({ events: set('events', '+', happened.length) }))
    .where('run_id', '=', runId)
    .returning('events')
    .executeTakeFirstOrThrow();
  const first = Number(row.events) - happened.length;
  await tx.db
    .insertInto('run_event')
    .values(
      happened.map(({ type, activity, ...detail }, index) => ({
        run_id: runId,
        seq: first + index + 1,
        at,
        type,
        activity: activity ?? null,
        detail: JSON.stringify(detail),
      })),
    )
    .execute();
}
