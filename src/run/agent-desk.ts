// Above 400 lines on purpose: every act of an agent, each one transaction behind the same look at its lease.
import { join } from 'node:path';
import { LockstepError } from '../failure/index.ts';
import type { RunStepTable, StoreTransaction } from '../store/index.ts';
import type { AgentIdentity, AgentPort, HeldStep } from './agent-port.ts';
import type { Artefact } from './artefact/artefact.ts';
import { type ArtefactPiece, receiveArtefacts } from './artefact/received-artefacts.ts';
import { isOpen } from './engine/open-steps.ts';
import { appendHistory } from './engine/run-history.ts';
import type { Engine } from './engine.ts';
import type { RunMachineEvent } from './run-state.ts';
import { expireLeases } from './run-upkeep.ts';
import type { Assignment, StepResult } from './step/assignment.ts';
import { defaultLogLimits } from './step/step-log.ts';
import type { StepWork } from './step-order.ts';
import type { Value } from './value.ts';
import { openParts, seal } from './vault.ts';
import { writeAt } from './write-at.ts';

export interface DeskOptions {
  readonly engine: Engine;
  /** `<data>/runs`: logs by run and step. */
  readonly folder: string;
  readonly leaseSeconds: number;
  readonly packPlugin: (digest: string) => Promise<Uint8Array | null>;
  /** Further environment of every step, such as the server's address. */
  readonly environment: Readonly<Record<string, string>>;
}

const longestLog = defaultLogLimits.head + 2 * defaultLogLimits.tail;

/** The place of a step's log on the server. */
export function logFileOf(folder: string, runId: string, stepId: string): string {
  return join(folder, runId, `${stepId}.log`);
}

/**
 * Where agents take steps and bring back results. A step is leased: its fence is raised with every claim, and a report
 * with another fence changes nothing, so a step is completed once, whoever comes back from where.
 */
export function openDesk({ engine, folder, leaseSeconds, packPlugin, environment }: DeskOptions): AgentPort {
  const { store, vault, now } = engine.options;
  const artefacts = receiveArtefacts(folder);
  const leaseEnd = (): string => new Date(now().getTime() + leaseSeconds * 1000).toISOString();

  async function register(agent: AgentIdentity): Promise<{ heartbeatSeconds: number }> {
    const row = {
      instance: agent.instance,
      labels: JSON.stringify(agent.labels),
      properties: JSON.stringify(Object.keys(agent.properties)),
      slots: agent.slots,
      last_seen_at: now().toISOString(),
    };
    await store.transaction(async (tx) => {
      const before = await tx.db
        .selectFrom('run_agent')
        .select('instance')
        .where('name', '=', agent.name)
        .executeTakeFirst();
      await tx.db
        .insertInto('run_agent')
        .values({ name: agent.name, draining: 0, ...row })
        .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
        .execute();
      if (before?.instance === agent.instance) return;
      // what its former instance did is not being done any more
      await tx.db
        .updateTable('run_step')
        .set({ lease_until: '' })
        .where('agent', '=', agent.name)
        .where('state', 'in', ['claimed', 'running'])
        .execute();
    });
    await expireLeases(engine);
    return { heartbeatSeconds: leaseSeconds / 3 };
  }

  async function claim(
    agent: AgentIdentity,
    count: number,
    waitSeconds: number,
    signal: AbortSignal,
    begin = false,
  ): Promise<Assignment[]> {
    const until = Date.now() + waitSeconds * 1000;
    for (;;) {
      const ready = nextWork(signal, Math.min(1000, Math.max(0, until - Date.now())));
      const taken = await take(agent, count, begin);
      if (taken.length > 0 || signal.aborted || Date.now() >= until) {
        ready.stop();
        return taken;
      }
      // other server processes make work too: look again after a second even if nobody said so
      await ready.come;
    }
  }

  function nextWork(signal: AbortSignal, milliseconds: number): { come: Promise<void>; stop: () => void } {
    let stop = (): void => {};
    const come = new Promise<void>((done) => {
      stop = () => {
        clearTimeout(timer);
        engine.signals.off('work', stop);
        signal.removeEventListener('abort', stop);
        done();
      };
      const timer = setTimeout(stop, milliseconds);
      engine.signals.on('work', stop);
      signal.addEventListener('abort', stop, { once: true });
    });
    return { come, stop };
  }

  async function take(agent: AgentIdentity, count: number, begin: boolean): Promise<Assignment[]> {
    const some = await fittingSteps(store.db, agent, count);
    if (some.length === 0) return [];
    return store.transaction((tx) => takeIn(tx, agent, some, count, begin));
  }

  /** The oldest steps that this agent may do, a few more than asked for since others take them too. */
  async function fittingSteps(db: StoreTransaction['db'], agent: AgentIdentity, count: number): Promise<string[]> {
    let page = 4 * count + 8;
    const fitting: string[] = [];
    let last = { created_at: '', step_id: '' };
    // from key to key, in larger and larger pages: thousands of steps may wait for labels that this agent does not have
    for (;;) {
      const { created_at, step_id } = last;
      const open = await db
        .selectFrom('run_step')
        .select(['step_id', 'labels', 'created_at'])
        .where(isOpen)
        .where('state', '=', 'ready')
        .where('created_at', '>=', created_at)
        .where((on) => on.or([on('created_at', '>', created_at), on('step_id', '>', step_id)]))
        .orderBy('created_at')
        .orderBy('step_id')
        .limit(page)
        .execute();
      for (const { step_id, labels } of open)
        if (labels === '[]' || (JSON.parse(labels) as string[]).every((label) => agent.labels.includes(label)))
          fitting.push(step_id);
      if (open.length < page || fitting.length >= count) return fitting;
      last = open.at(-1)!;
      page = Math.min(2 * page, 1000);
    }
  }

  async function takeIn(
    tx: StoreTransaction,
    agent: AgentIdentity,
    steps: readonly string[],
    count: number,
    begin: boolean,
  ): Promise<Assignment[]> {
    const known = await tx.db
      .selectFrom('run_agent')
      .select(['draining', 'instance'])
      .where('name', '=', agent.name)
      .executeTakeFirst();
    if (known?.instance !== agent.instance || Number(known.draining)) return [];
    const at = now().toISOString();
    const rows = [];
    for (const step_id of steps) {
      if (rows.length >= count) break;
      const row = await tx.db
        .updateTable('run_step')
        .set((set) => ({
          state: begin ? 'running' : 'claimed',
          ...(begin ? { started_at: at } : {}),
          agent: agent.name,
          fence: set('fence', '+', 1),
          lease_until: leaseEnd(),
        }))
        .where('step_id', '=', step_id)
        .where('state', '=', 'ready')
        .returningAll()
        .executeTakeFirst();
      if (!row) continue;
      rows.push(row);
      if (begin) await appendHistory(tx, row.run_id, [startedEvent(row)], at);
    }
    return rows.map((row): Assignment => {
      const work = JSON.parse(row.work) as StepWork;
      const secrets = new Set<string>();
      const properties = Object.fromEntries(
        Object.entries(work.properties).map(([name, parts]) => {
          const opened = openParts(vault, parts);
          for (const secret of opened.secrets) secrets.add(secret);
          return [name, opened.parts];
        }),
      );
      const dir = work.workingDir && openParts(vault, work.workingDir);
      for (const secret of dir?.secrets ?? []) secrets.add(secret);
      return {
        id: row.step_id,
        runId: row.run_id,
        activity: row.activity,
        attempt: Number(row.attempt),
        fence: Number(row.fence),
        plugin: { id: row.plugin_id, version: Number(row.plugin_version), digest: row.digest },
        stepType: row.step_type,
        command: work.command,
        postProcessing: work.postProcessing,
        properties,
        secrets: [...secrets],
        processName: work.processName,
        workingDir: dir?.parts ?? null,
        environment: { AUTH_TOKEN: '', LOCKSTEP_RUN: row.run_id, LOCKSTEP_ACTIVITY: row.activity, ...environment },
        timeLimitSeconds: work.timeLimitSeconds,
      };
    });
  }

  async function start({ id, fence }: HeldStep): Promise<void> {
    const runId = await store.transaction(async (tx) => {
      const at = now().toISOString();
      const row = await tx.db
        .updateTable('run_step')
        .set({ state: 'running', started_at: at, lease_until: leaseEnd() })
        .where('step_id', '=', id)
        .where('fence', '=', fence)
        .where('state', 'in', ['claimed', 'running'])
        .where('cancel', '=', 0)
        .returning(['run_id', 'activity', 'agent', 'attempt'])
        .executeTakeFirst();
      if (!row) return null;
      await appendHistory(tx, row.run_id, [startedEvent({ ...row, step_id: id })], at);
      return row.run_id;
    });
    if (runId === null) throw lost(id);
    engine.signals.emit('changed', runId);
  }

  async function release({ id, fence }: HeldStep, reason: string): Promise<void> {
    await store.transaction(async (tx) => {
      const row = await tx.db
        .updateTable('run_step')
        .set({ state: 'ready', agent: null, lease_until: null })
        .where('step_id', '=', id)
        .where('fence', '=', fence)
        .where('state', '=', 'claimed')
        .where('cancel', '=', 0)
        .returning(['run_id', 'activity'])
        .executeTakeFirst();
      if (row)
        await appendHistory(
          tx,
          row.run_id,
          [{ type: 'step-given-back', activity: row.activity, reason }],
          now().toISOString(),
        );
    });
    engine.signals.emit('work');
  }

  async function heartbeat(agent: AgentIdentity, held: readonly HeldStep[]) {
    return store.transaction(async (tx) => {
      await tx.db
        .updateTable('run_agent')
        .set({ last_seen_at: now().toISOString() })
        .where('name', '=', agent.name)
        .execute();
      const cancel: string[] = [];
      const gone: string[] = [];
      for (const { id, fence } of held) {
        const row = await tx.db
          .updateTable('run_step')
          .set({ lease_until: leaseEnd() })
          .where('step_id', '=', id)
          .where('fence', '=', fence)
          .where('state', 'in', ['claimed', 'running'])
          .returning('cancel')
          .executeTakeFirst();
        if (!row) gone.push(id);
        else if (row.cancel) cancel.push(id);
      }
      return { cancel, lost: gone };
    });
  }

  /** The step that is held with this fence, whether or not its agent was silent in between. */
  async function heldStep({ id, fence }: HeldStep) {
    const row = await store.db
      .selectFrom('run_step')
      .select(['run_id', 'cancel'])
      .where('step_id', '=', id)
      .where('fence', '=', fence)
      .where('state', 'in', ['claimed', 'running', 'uncertain'])
      .executeTakeFirst();
    if (!row) throw lost(id);
    return row;
  }

  async function appendLog(step: HeldStep, offset: number, bytes: Uint8Array) {
    const row = await heldStep(step);
    const file = logFileOf(folder, row.run_id, step.id);
    const size = writeAt(file, offset, bytes, longestLog);
    engine.signals.emit('changed', row.run_id);
    return { size, cancel: Boolean(row.cancel) };
  }

  async function appendArtefact(step: HeldStep, piece: ArtefactPiece) {
    const { run_id } = await heldStep(step);
    return { size: await artefacts.append(run_id, step, piece) };
  }

  async function complete(step: HeldStep, result: StepResult, next?: AgentIdentity): Promise<Assignment[]> {
    const { id, fence } = step;
    const row = await store.db
      .selectFrom('run_step')
      .select(['run_id', 'activity', 'attempt', 'state', 'fence'])
      .where('step_id', '=', id)
      .executeTakeFirst();
    if (!row || Number(row.fence) !== fence) throw lost(id);
    const states = { success: 'succeeded', failure: 'failed', cancelled: 'cancelled' } as const;
    const state = states[result.outcome];
    // the answer to the first report was lost on its way
    if (row.state === state) return [];
    const left = result.artefacts ?? [];
    await artefacts.settle(row.run_id, step, left);
    const outputs: Record<string, Value> = {};
    for (const [name, text] of Object.entries(result.outputs))
      outputs[name] = result.secureOutputs.includes(name) ? seal(vault, text) : text;
    const event: RunMachineEvent = {
      type: 'stepEnded',
      key: row.activity,
      outcome: result.outcome,
      outputs,
      ...(result.message === null ? {} : { message: result.message }),
    };
    let taken: Assignment[] = [];
    const applied = await engine.send(
      row.run_id,
      [event],
      async (tx) => {
        if (!(await endStep(tx, id, fence, state, result))) return false;
        await noteArtefacts(tx, { ...row, step_id: id }, left, now().toISOString());
        return true;
      },
      async (tx) => {
        if (next) taken = await takeIn(tx, next, await fittingSteps(tx.db, next, 1), 1, true);
      },
    );
    if (!applied) throw lost(id);
    return taken;
  }

  async function endStep(
    tx: StoreTransaction,
    id: string,
    fence: number,
    state: 'succeeded' | 'failed' | 'cancelled',
    result: StepResult,
  ): Promise<boolean> {
    const ended = await tx.db
      .updateTable('run_step')
      .set({
        state,
        ended_at: now().toISOString(),
        exit_code: result.exitCode,
        reason: result.message,
        log_bytes: result.logBytes,
        lease_until: null,
        // the values are not needed any more, sealed or not
        work: '{}',
      })
      .where('step_id', '=', id)
      .where('fence', '=', fence)
      .where('state', 'in', ['claimed', 'running', 'uncertain'])
      .executeTakeFirst();
    return Number(ended.numUpdatedRows) === 1;
  }

  return {
    register,
    claim,
    start,
    release,
    heartbeat,
    appendLog,
    appendArtefact,
    complete,
    async fetchPlugin(digest) {
      const bytes = await packPlugin(digest);
      if (bytes) return bytes;
      throw new LockstepError('plugin-not-found', `No plugin with the digest ${digest} is installed.`, {
        hint: 'Install that version again.',
      });
    },
    onCancel(listener) {
      engine.signals.on('cancel', listener);
      return () => engine.signals.off('cancel', listener);
    },
  };
}

function startedEvent(row: { step_id: string; activity: string; agent: string | null; attempt: number }) {
  return {
    type: 'step-started',
    activity: row.activity,
    agent: row.agent,
    attempt: Number(row.attempt),
    step: row.step_id,
  };
}

function lost(id: string): LockstepError {
  return new LockstepError('lease-lost', `The step ${id} is not this agent's any more.`, {
    hint: 'Stop it; the server has decided about it, or gave it to another agent.',
  });
}

async function noteArtefacts(
  tx: StoreTransaction,
  { run_id, step_id, activity, attempt }: Pick<RunStepTable, 'run_id' | 'step_id' | 'activity' | 'attempt'>,
  artefacts: readonly Artefact[],
  kept_at: string,
): Promise<void> {
  const rows = artefacts.map((artefact) => ({ run_id, step_id, activity, attempt, ...artefact, kept_at }));
  for (let at = 0; at < rows.length; at += 100)
    await tx.db
      .insertInto('run_artefact')
      .values(rows.slice(at, at + 100))
      .execute();
}
