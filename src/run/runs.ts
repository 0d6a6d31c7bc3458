import { type KeyObject, randomBytes } from 'node:crypto';
import { channel } from 'node:diagnostics_channel';
import { join } from 'node:path';
import { LockstepError } from '../failure/index.ts';
import type { ProcessDocument } from '../process/index.ts';
import type { RunAgentTable, Store, StoreTransaction } from '../store/index.ts';
import type { AgentState } from '../store/index-states.ts';
import type { AgentPort } from './agent/agent-port.ts';
import { findArtefact, listArtefacts, type RunArtefact } from './artefact/list-artefacts.ts';
import { type AgentCaller, boundDesk } from './desk/bound-desk.ts';
import { openDesk } from './desk/open-desk.ts';
import { isAlive } from './desk/register-agent.ts';
import { Heard } from './engine/heard.ts';
import { isOpen } from './engine/open-steps.ts';
import { openEngine } from './engine.ts';
import { newRun } from './machine.ts';
import { keepAnswers, type RequestForm, requireAnswers, sortValues, surveyRequest } from './request.ts';
import type { RunMachineEvent, RunState } from './run-state.ts';
import { type Retention, sweepRuns, upkeep } from './run-upkeep.ts';
import {
  type LogPart,
  listEvents,
  listRuns,
  type RunDetail,
  type RunEvent,
  type RunFilter,
  type RunSummary,
  readLog,
  runRow,
  showRun,
  summarizeRun,
} from './run-view.ts';
import { openScripts, type Scripts } from './script/scripts.ts';
import type { PluginSource, ProcessSource } from './sources.ts';
import type { Value } from './value.ts';
import { openVault, seal } from './vault.ts';

const requested = channel('lockstep:run.requested');

export interface RunsOptions {
  readonly store: Store;
  /** The data folder: logs are in `runs/`, the key of secure values in `run.key` unless it is given. */
  readonly dataFolder: string;
  readonly runKey?: KeyObject | null;
  readonly processes: ProcessSource;
  readonly plugins: PluginSource;
  /** Keeps answers in the process, as a new version of it; without it `keep` is refused. */
  readonly saveProcess?: (input: {
    readonly processId: string;
    readonly expectedVersion: number;
    readonly document: ProcessDocument;
    readonly by: string;
  }) => Promise<number>;
  /** Packs the plugin in a folder, for agents on other machines. */
  readonly packPlugin?: (folder: string) => Promise<Uint8Array>;
  readonly leaseSeconds?: number;
  /** Asked within the transaction before an agent in this process is given anything; false: it is given nothing. */
  readonly mayWorkHere?: ((tx: StoreTransaction) => Promise<boolean>) | undefined;
  /** Further environment of every step. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly now?: () => Date;
  /** Milliseconds by a clock that nobody sets. */
  readonly monotonic?: () => number;
  readonly scripts?: Scripts;
}

export interface RunRequest {
  readonly processId: string;
  /** Older than the current one only on purpose. */
  readonly version?: number;
  /** By the names of the request form; also `scope/name` and names that nothing declares. */
  readonly values?: Readonly<Record<string, string>>;
  readonly keep?: boolean;
  /** Only agents with all of these labels do its steps. */
  readonly labels?: readonly string[];
  readonly by: string;
}

/** Processes being executed: request, follow, cancel, retry, answer, and the agents' side. */
export interface Runs {
  /** What a request asks for, and what would make the run fail. */
  form(processId: string, version?: number): Promise<RequestForm>;
  /** Starts a run. Throws `run-needs-answers` with everything that is missing, `run-circular`, `process-not-found`. */
  request(request: RunRequest): Promise<RunSummary>;
  list(filter?: RunFilter): Promise<{ items: RunSummary[]; total: number }>;
  show(runId: string): Promise<RunDetail>;
  summary(runId: string): Promise<RunSummary>;
  /** The history, from a sequence number on. */
  events(runId: string, after?: number, limit?: number): Promise<RunEvent[]>;
  log(runId: string, key: string, after?: number): Promise<LogPart>;
  /** What its steps left to be kept. */
  artefacts(runId: string): Promise<RunArtefact[]>;
  /** One of them, with the file that holds its bytes. Throws `artefact-not-found`. */
  artefact(runId: string, name: string): Promise<RunArtefact & { readonly file: string }>;
  cancel(runId: string, by: string): Promise<RunSummary>;
  /** Goes on from what failed, or from the named activities. */
  retry(runId: string, by: string, from?: readonly string[]): Promise<RunSummary>;
  /** Answers a manual task, or says what became of an uncertain step. */
  answer(runId: string, key: string, answer: TaskAnswer): Promise<RunDetail>;
  agents(): Promise<AgentView[]>;
  /** A draining agent is given nothing new. */
  setDraining(name: string, draining: boolean): Promise<void>;
  /** Calls back after every change of any run in this process. */
  onChange(listener: (runId: string) => void): () => void;
  /** Settles when the run changes next, in any process, or after `milliseconds`. */
  nextChange(runId: string, milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** Deletes old runs; answers how many. */
  sweep(retention: Retention): Promise<number>;
  /** The agents' side, for the agent in this process. */
  readonly desk: AgentPort;
  /** The agents' side for somebody who calls from outside, and may speak for some agents only. */
  deskFor(caller: AgentCaller): AgentPort;
  readonly scripts: Scripts;
  /** Where a run's logs lie. */
  readonly folder: string;
  /** Fires timers and finds lost agents while it runs; call the answer to stop. */
  startUpkeep(): () => Promise<void>;
  /** Does it once. */
  upkeep(): Promise<void>;
  close(): Promise<void>;
}

export type TaskAnswer = {
  readonly by: string;
  readonly outcome: 'success' | 'failure' | 'repeat';
  readonly values?: Readonly<Record<string, string>>;
};

export interface AgentView {
  readonly id: string;
  readonly name: string;
  readonly labels: readonly string[];
  readonly state: AgentState;
  /** Its machine, and since when it works. */
  readonly host: string;
  readonly since: string;
  readonly lastSeenAt: string;
  readonly running: number;
}

/** Opens the runs of a data folder. Call `upkeep` (or `startUpkeep`) and start an agent for anything to happen. */
export function openRuns(options: RunsOptions): Runs {
  const { store, processes, plugins, dataFolder } = options;
  const now = options.now ?? (() => new Date());
  const scripts = options.scripts ?? openScripts();
  const folder = join(dataFolder, 'runs');
  const vault = openVault(join(dataFolder, 'run.key'), options.runKey);
  const leaseSeconds = options.leaseSeconds ?? 15;
  const heard = new Heard(leaseSeconds, options.monotonic);
  const engine = openEngine({ store, processes, plugins, vault, scripts, now, heard, leaseSeconds });
  const desk = openDesk({
    engine,
    folder,
    leaseSeconds,
    environment: options.environment ?? {},
    mayWorkHere: options.mayWorkHere,
    packPlugin: async (digest) => {
      const at = await plugins.folder(digest);
      return at && options.packPlugin ? options.packPlugin(at) : null;
    },
  });

  async function request({
    processId,
    version,
    values = {},
    keep = false,
    labels = [],
    by,
  }: RunRequest): Promise<RunSummary> {
    const form = await surveyRequest(processId, { processes, plugins, version });
    requireAnswers(form, values);
    refuseHopeless(form);
    const kept = keep ? await keepIn(form, values, by) : null;
    const pin = kept === null ? form.pin : { ...form.pin, version: kept };
    const input = sortValues(form, values, (text): Value => seal(vault, text));
    const runId = newRunId(now());
    const state = newRun(pin, input, form.pins, form.plugins);
    const happening = {
      type: 'requested',
      by,
      process: pin.name,
      version: pin.version,
      ...(kept === null ? {} : { kept: true }),
    };
    if (requested.hasSubscribers) requested.publish({ runId });
    await engine.create({ runId, state, by, labels }, happening);
    return summarizeRun(store, runId);
  }

  async function keepIn(
    form: RequestForm & { document: ProcessDocument },
    values: Readonly<Record<string, string>>,
    by: string,
  ) {
    if (!options.saveProcess)
      throw new LockstepError('usage', 'Answers cannot be kept here.', {
        hint: 'Request the process without keeping them.',
      });
    return options.saveProcess({
      processId: form.pin.processId,
      expectedVersion: form.pin.version,
      document: keepAnswers(form, values),
      by,
    });
  }

  async function sendAsPerson(runId: string, event: RunMachineEvent): Promise<RunSummary> {
    await engine.send(runId, [event]);
    return summarizeRun(store, runId);
  }

  async function answer(runId: string, key: string, { by, outcome, values = {} }: TaskAnswer): Promise<RunDetail> {
    const state = JSON.parse((await runRow(store, runId)).state) as RunState;
    const activity = state.activities[key];
    if (activity?.state === 'uncertain') {
      const event = { type: 'uncertaintyAnswered', key, answer: outcome, by } as const;
      const ended = { repeat: 'lost', success: 'succeeded', failure: 'failed' } as const;
      await engine.send(runId, [event], async (tx) => {
        const changed = await tx.db
          .updateTable('run_step')
          .set({ state: ended[outcome], ended_at: now().toISOString() })
          .where('run_id', '=', runId)
          .where('activity', '=', key)
          .where('state', '=', 'uncertain')
          .executeTakeFirst();
        return Number(changed.numUpdatedRows) > 0;
      });
    } else if (activity?.state === 'asking' && outcome !== 'repeat')
      await engine.send(runId, [{ type: 'taskAnswered', key, outcome, outputs: values, by }]);
    else
      throw new LockstepError('run-state', `"${key}" does not wait for that answer.`, {
        hint: '`lockstep run show` tells what the run waits for.',
      });
    return showRun(store, processes, runId, folder, agents);
  }

  async function agents(): Promise<AgentView[]> {
    const rows = await store.db.selectFrom('run_agent').selectAll().orderBy('name').execute();
    const counts = await store.db
      .selectFrom('run_step')
      .select((of) => ['agent', of.fn.countAll<number>().as('count')])
      .where(isOpen)
      .where('state', 'in', ['claimed', 'running'])
      .groupBy('agent')
      .execute();
    return rows.map((row) => ({
      id: row.name,
      name: row.name,
      labels: JSON.parse(row.labels) as string[],
      state: stateOf(row),
      host: row.host,
      since: row.registered_at,
      lastSeenAt: row.last_seen_at,
      running: Number(counts.find(({ agent }) => agent === row.name)?.count ?? 0),
    }));
  }

  function stateOf(row: RunAgentTable): AgentState {
    if (row.instance === '') return 'stopped';
    if (!isAlive({ engine, leaseSeconds }, row)) return 'lost';
    return Number(row.draining) ? 'draining' : 'online';
  }

  function nextChange(runId: string, milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((done) => {
      const stop = (): void => {
        clearTimeout(timer);
        engine.signals.off('changed', onChange);
        signal?.removeEventListener('abort', stop);
        done();
      };
      const onChange = (changed: string): void => void (changed === runId && stop());
      const timer = setTimeout(stop, milliseconds);
      engine.signals.on('changed', onChange);
      signal?.addEventListener('abort', stop, { once: true });
      if (signal?.aborted) stop();
    });
  }

  function startUpkeep(): () => Promise<void> {
    let stopped = false;
    let wake = (): void => {};
    const loop = (async () => {
      while (!stopped) {
        await upkeep(engine).catch(() => {});
        if (stopped) return;
        await new Promise<void>((ready) => {
          const timer = setTimeout(ready, 300);
          wake = () => {
            clearTimeout(timer);
            ready();
          };
        });
      }
    })();
    return async () => {
      stopped = true;
      wake();
      await loop;
    };
  }

  return {
    desk,
    deskFor: (caller) => boundDesk(desk, caller),
    scripts,
    folder,
    form: (processId, version) => surveyRequest(processId, { processes, plugins, version }),
    request,
    list: (filter = {}) => listRuns(store, filter),
    show: (runId) => showRun(store, processes, runId, folder, agents),
    summary: (runId) => summarizeRun(store, runId),
    events: (runId, after, limit) => listEvents(store, runId, after, limit),
    log: (runId, key, after) => readLog(store, folder, runId, key, after),
    artefacts: (runId) => listArtefacts(store, runId),
    artefact: (runId, name) => findArtefact(store, folder, runId, name),
    cancel: (runId, by) => sendAsPerson(runId, { type: 'cancel', by }),
    retry: (runId, by, from) => sendAsPerson(runId, { type: 'retry', by, ...(from?.length ? { from } : {}) }),
    answer,
    agents,
    async setDraining(name, draining) {
      const changed = await store.db
        .updateTable('run_agent')
        .set({ draining: draining ? 1 : 0 })
        .where('name', '=', name)
        .executeTakeFirst();
      if (Number(changed.numUpdatedRows) === 0)
        throw new LockstepError('agent-not-found', `No agent is named "${name}".`, {
          hint: '`lockstep agent list` shows them.',
        });
      engine.signals.emit('work');
    },
    onChange(listener) {
      engine.signals.on('changed', listener);
      return () => engine.signals.off('changed', listener);
    },
    nextChange,
    sweep: (retention) => sweepRuns(engine, folder, retention),
    startUpkeep,
    upkeep: () => upkeep(engine),
    close: () => (options.scripts ? Promise.resolve() : scripts.close()),
  };
}

/** A run that needs what is not there is refused before it begins: half of it would be done otherwise. */
function refuseHopeless(form: RequestForm): void {
  if (form.problems.length === 0) return;
  const [first] = form.problems;
  const code =
    first!.code === 'plugin-not-found' || first!.code === 'process-not-found' ? first!.code : 'process-not-valid';
  throw new LockstepError(
    code,
    `"${form.pin.name}" cannot be run:\n  ${form.problems.map(({ message }) => message).join('\n  ')}`,
    {
      hint: first!.hint ?? 'Correct the process.',
      data: { problems: form.problems },
    },
  );
}

function newRunId(at: Date): string {
  // sortable by time, and short enough to be typed
  return `${at.getTime().toString(36)}${randomBytes(4).toString('hex')}`;
}
