import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { type Ports, system } from '../ports/index.ts';
import { openVault, type Store, type StoreTransaction } from '../store/index.ts';
import type { AgentPort } from './agent/agent-port.ts';
import { answerTask, type TaskAnswer } from './answer-task.ts';
import { findArtefact, listArtefacts, type RunArtefact } from './artefact/list-artefacts.ts';
import { type AgentCaller, boundDispatcher } from './dispatch/bound-dispatcher.ts';
import { openDispatcher } from './dispatch/open-dispatcher.ts';
import { Heard } from './engine/heard.ts';
import { Engine } from './engine.ts';
import { type AgentView, listAgents, setDraining } from './list-agents.ts';
import { nextChange } from './next-change.ts';
import { type RequestForm, surveyRequest } from './request.ts';
import { type RunRequest, requestRun, type SaveProcess } from './request-run.ts';
import type { RunMachineEvent } from './run-state.ts';
import { type Retention, sweepableRuns, sweepRuns, upkeep } from './run-upkeep.ts';
import {
  type LogPart,
  listEvents,
  listRuns,
  type RunDetail,
  type RunEvent,
  type RunFilter,
  type RunSummary,
  readLog,
  showRun,
  summarizeRun,
} from './run-view.ts';
import { openScripts, type Scripts } from './script/scripts.ts';
import type { PluginSource, ProcessSource } from './sources.ts';
import { startUpkeep } from './start-upkeep.ts';

export interface RunsOptions {
  readonly store: Store;
  /** The data folder: logs are in `runs/`, the key of secure values in `run.key` unless it is given. */
  readonly dataFolder: string;
  readonly runKey?: KeyObject | null;
  readonly processes: ProcessSource;
  readonly plugins: PluginSource;
  /** Keeps answers in the process, as a new version of it; without it `keep` is refused. */
  readonly saveProcess?: SaveProcess;
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
  readonly ports?: Pick<Ports, 'clock' | 'random'>;
  readonly scripts?: Scripts;
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
  /** How many `sweep` would delete now. */
  sweepable(retention: Retention): Promise<number>;
  /** Deletes old runs; answers how many. */
  sweep(retention: Retention): Promise<number>;
  /** The agents' side, for the agent in this process. */
  readonly dispatcher: AgentPort;
  /** The agents' side for somebody who calls from outside, and may speak for some agents only. */
  dispatcherFor(caller: AgentCaller): AgentPort;
  readonly scripts: Scripts;
  /** Where a run's logs lie. */
  readonly folder: string;
  /** Fires timers and finds lost agents while it runs; call the answer to stop. */
  startUpkeep(): () => Promise<void>;
  /** Does it once. */
  upkeep(): Promise<void>;
  close(): Promise<void>;
}

/** Opens the runs of a data folder. Call `upkeep` (or `startUpkeep`) and start an agent for anything to happen. */
export function openRuns(options: RunsOptions): Runs {
  const { store, processes, plugins, dataFolder } = options;
  const { clock, random } = options.ports ?? system;
  const now = options.now ?? clock.now;
  const scripts = options.scripts ?? openScripts();
  const folder = join(dataFolder, 'runs');
  const vault = openVault(join(dataFolder, 'run.key'), options.runKey, random);
  const leaseSeconds = options.leaseSeconds ?? 15;
  const heard = new Heard(leaseSeconds, options.monotonic ?? clock.monotonic);
  const engine = new Engine({ store, processes, plugins, vault, scripts, clock, random, now, heard, leaseSeconds });
  const dispatcher = openDispatcher({
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

  const agents = (): Promise<AgentView[]> => listAgents(engine);

  async function sendAsPerson(runId: string, event: RunMachineEvent): Promise<RunSummary> {
    await engine.send(runId, [event]);
    return summarizeRun(store, runId);
  }

  return {
    dispatcher,
    dispatcherFor: (caller) => boundDispatcher(dispatcher, caller),
    scripts,
    folder,
    form: (processId, version) => surveyRequest(processId, { processes, plugins, version }),
    request: async (request) => summarizeRun(store, await requestRun(engine, request, options.saveProcess)),
    list: (filter = {}) => listRuns(store, filter),
    show: (runId) => showRun(store, processes, runId, folder, agents),
    summary: (runId) => summarizeRun(store, runId),
    events: (runId, after, limit) => listEvents(store, runId, after, limit),
    log: (runId, key, after) => readLog(store, folder, runId, key, after),
    artefacts: (runId) => listArtefacts(store, runId),
    artefact: (runId, name) => findArtefact(store, folder, runId, name),
    cancel: (runId, by) => sendAsPerson(runId, { type: 'cancel', by }),
    retry: (runId, by, from) => sendAsPerson(runId, { type: 'retry', by, ...(from?.length ? { from } : {}) }),
    async answer(runId, key, answer) {
      await answerTask(engine, runId, key, answer);
      return showRun(store, processes, runId, folder, agents);
    },
    agents,
    setDraining: (name, draining) => setDraining(engine, name, draining),
    onChange(listener) {
      engine.signals.on('changed', listener);
      return () => engine.signals.off('changed', listener);
    },
    nextChange: (runId, milliseconds, signal) => nextChange(engine, runId, milliseconds, signal),
    sweepable: async (retention) => (await sweepableRuns(engine, retention)).length,
    sweep: (retention) => sweepRuns(engine, folder, retention),
    startUpkeep: () => startUpkeep(engine),
    upkeep: () => upkeep(engine),
    close: () => (options.scripts ? Promise.resolve() : scripts.close()),
  };
}
