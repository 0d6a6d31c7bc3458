// Everything that writes a run stands in engine/, so that each change of it is one transaction.
import { EventEmitter } from 'node:events';
import { LockstepError } from '../failure/index.ts';
import type { StoreTransaction } from '../store/index.ts';
import type { Applied, Consequence } from './engine/applied.ts';
import { decide } from './engine/decide.ts';
import type { EngineOptions } from './engine/engine-options.ts';
import { appendHistory } from './engine/run-history.ts';
import { Overtaken, write } from './engine/write-decision.ts';
import type { Happening, RunMachineEvent, RunState } from './run-state.ts';

/** Told after a change is safe in the database. */
export interface EngineSignals {
  changed: [runId: string];
  /** Steps are ready for agents. */
  work: [];
  /** An agent should stop this step. */
  cancel: [stepId: string];
}

/**
 * Moves runs on: reads a run, lets the machine decide, and writes the new state, the history and everything that
 * follows (steps for agents, locks, timers) in one transaction which holds only if nobody else changed the run since.
 */
export class Engine {
  readonly options: EngineOptions;
  readonly signals = new EventEmitter<EngineSignals>();
  readonly #lines = new Map<string, Promise<unknown>>();

  constructor(options: EngineOptions) {
    this.options = options;
    this.signals.setMaxListeners(0);
  }

  /** One change of a run after another within this process; other processes are kept apart by the revision. */
  #inLine<T>(runId: string, action: () => Promise<T>): Promise<T> {
    const before = this.#lines.get(runId) ?? Promise.resolve();
    const mine = before.then(action, action);
    const settled = mine.catch(() => {});
    this.#lines.set(runId, settled);
    void settled.then(() => this.#lines.get(runId) === settled && this.#lines.delete(runId));
    return mine;
  }

  /**
   * Sends events to a run. `also` runs inside the transaction; when it answers false nothing is changed and the
   * result is null; `after` sees what the change wrote. Throws `run-not-found`, and what the machine throws.
   */
  async send(
    runId: string,
    events: readonly RunMachineEvent[],
    also?: (tx: StoreTransaction) => Promise<boolean>,
    after?: (tx: StoreTransaction) => Promise<void>,
  ): Promise<RunState | null> {
    const applied = await this.#inLine(runId, () => this.#change(runId, events, also, after));
    if (!applied) return null;
    await this.#announce(runId, applied);
    return applied.state;
  }

  async #announce(runId: string, applied: Applied): Promise<void> {
    this.signals.emit('changed', runId);
    if (applied.orders > 0) this.signals.emit('work');
    for (const stepId of applied.stopped) this.signals.emit('cancel', stepId);
    for (const consequence of applied.then) await this.tell(consequence);
  }

  /** Sends what a change brought about, unless somebody else told it. */
  async tell({ runId, event, lock, step }: Consequence): Promise<void> {
    await this.send(runId, [event], async ({ db }) => {
      if (lock !== undefined)
        await db
          .updateTable('run_lock')
          .set({ told: 1 })
          .where('name', '=', lock)
          .where('run_id', '=', runId)
          .execute();
      if (step === undefined) return true;
      const ended = await db
        .updateTable('run_step')
        .set({ state: 'cancelled', ended_at: this.options.now().toISOString() })
        .where('step_id', '=', step)
        .where('state', '=', 'ready')
        .where('cancel', '=', 1)
        .executeTakeFirst();
      return Number(ended.numUpdatedRows) === 1;
    });
  }

  async #change(
    runId: string,
    events: readonly RunMachineEvent[],
    also: ((tx: StoreTransaction) => Promise<boolean>) | undefined,
    after: ((tx: StoreTransaction) => Promise<void>) | undefined,
  ): Promise<Applied | null> {
    const { store, now } = this.options;
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
      const decision = await decide(JSON.parse(row.state) as RunState, events, this.options);
      try {
        return await store.transaction(async (tx) => {
          const current = await tx.db
            .selectFrom('run')
            .select('revision')
            .where('run_id', '=', runId)
            .executeTakeFirst();
          if (Number(current?.revision) !== Number(row.revision)) throw new Overtaken();
          if (also && !(await also(tx))) return null;
          const written = await write(tx, runId, decision, {
            revision: Number(row.revision),
            labels: JSON.parse(row.labels),
            now: now(),
          });
          await after?.(tx);
          return written;
        });
      } catch (thrown) {
        if (!(thrown instanceof Overtaken)) throw thrown;
      }
    }
  }

  /** Puts a new run in the database, begun: nobody ever sees one that waits for its start. */
  async create(
    row: {
      readonly runId: string;
      readonly state: RunState;
      readonly by: string;
      readonly labels: readonly string[];
    },
    start: Happening,
  ): Promise<void> {
    const { store, now } = this.options;
    const decision = await decide(row.state, [{ type: 'start' }], this.options);
    const applied = await store.transaction(async (tx) => {
      const at = now();
      await tx.db
        .insertInto('run')
        .values({
          run_id: row.runId,
          process_id: Number(row.state.root.processId),
          process_name: row.state.root.name,
          process_version: row.state.root.version,
          status: 'running',
          requested_by: row.by,
          requested_at: at.toISOString(),
          ended_at: null,
          labels: JSON.stringify(row.labels),
          revision: 0,
          events: 0,
          steps: 0,
          steps_done: 0,
          asking: 0,
          cancelling: 0,
          reason: null,
          state: JSON.stringify(row.state),
        })
        .execute();
      await appendHistory(tx, row.runId, [start], at.toISOString());
      return write(tx, row.runId, decision, { revision: 0, labels: row.labels, now: at });
    });
    await this.#announce(row.runId, applied);
  }
}
