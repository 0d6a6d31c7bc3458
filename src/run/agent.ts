// Above 400 lines on purpose: one loop over the steps that an agent holds; what is done to one of them stands in step/.
import { randomUUID } from 'node:crypto';
import { channel, tracingChannel } from 'node:diagnostics_channel';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LockstepError } from '../failure/index.ts';
import type { AgentIdentity, AgentPort, HeldStep } from './agent-port.ts';
import { messageOf } from './run-state.ts';
import type { Scripts } from './script/scripts.ts';
import { agentNames } from './step/agent-names.ts';
import type { Assignment, StepResult } from './step/assignment.ts';
import { killLeftover } from './step/child-process.ts';
import { executeStep } from './step/execute-step.ts';
import { openLauncher } from './step/launcher.ts';
import { allowedEnvironment } from './step/step-environment.ts';
import type { LogLimits } from './step/step-log.ts';

const traced = tracingChannel('lockstep:step');
const carrying = channel('lockstep:trace.carry');

/** What whoever traces is told of a step. */
interface ToldStep {
  readonly assignment: Assignment;
  readonly agent: string;
  done?: StepResult;
}

export interface AgentOptions {
  readonly port: AgentPort;
  readonly name: string;
  readonly labels?: readonly string[];
  /** For `${agent:X}`, `${GROOVY_HOME}` and the like. */
  readonly properties?: Readonly<Record<string, string>>;
  readonly slots?: number;
  /** The agent's folder: plugins, working folders, logs on their way. */
  readonly home: string;
  readonly scripts: Scripts;
  /** What it was started with; steps see the allowed part of it. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Further names of variables that steps may see; `*` stands for any letters. */
  readonly allow?: readonly string[];
  readonly graceMilliseconds?: number;
  readonly logLimits?: LogLimits;
  /** Where the plugin with a digest lies on this machine already; without it plugins are fetched and unpacked. */
  readonly pluginFolder?: (digest: string) => Promise<string | null>;
  /** Unpacks a plugin into a folder, or rejects when its content is not the digest's. */
  readonly unpack?: (bytes: Uint8Array, digest: string, folder: string) => Promise<void>;
  /** The final place of a step's log where the agent shares the server's disk; else logs are sent. */
  readonly logFile?: (assignment: Assignment) => string;
  readonly onEvent?: (event: AgentEvent) => void;
}

export type AgentEvent =
  | { readonly type: 'registered' | 'draining' | 'stopped' }
  | { readonly type: 'step-started' | 'step-ended'; readonly assignment: Assignment; readonly result?: StepResult }
  | { readonly type: 'trouble'; readonly message: string };

export interface Agent {
  /** Takes nothing new, finishes what it does, and ends. */
  drain(): Promise<void>;
  /** Stops its steps, tells the server, and ends. */
  stop(): Promise<void>;
  /** Settles when the agent has ended. */
  readonly ended: Promise<void>;
}

/** Starts an agent: it takes steps, executes them, and brings back what came of them, until it is stopped. */
export function startAgent(options: AgentOptions): Agent {
  const { port, home, scripts, slots = 4, onEvent = () => {} } = options;
  const identity: AgentIdentity = {
    name: options.name,
    instance: randomUUID(),
    labels: options.labels ?? [],
    properties: agentProperties(options.properties ?? {}),
    slots,
  };
  const whole = options.environment ?? process.env;
  const environment = allowedEnvironment(whole, options.allow);
  const names = agentNames({
    properties: identity.properties,
    environment,
    withheld: new Set(Object.keys(whole).filter((name) => !Object.hasOwn(environment, name))),
  });
  const launcher = openLauncher();
  // shares the server's disk: nothing has to be fetched or sent
  const local = options.logFile !== undefined;
  const draining = new AbortController();
  const stopping = new AbortController();
  const held = new Map<string, { step: HeldStep; cancel: AbortController; lost: boolean }>();
  const working = new Set<Promise<void>>();
  let refusals = 0;

  async function run(): Promise<void> {
    clearLeftovers(home);
    const { heartbeatSeconds } = await patiently('register', () => port.register(identity));
    onEvent({ type: 'registered' });
    const offCancel = port.onCancel((id) => held.get(id)?.cancel.abort());
    const beat = setInterval(() => void heartbeat(), heartbeatSeconds * 1000);
    try {
      while (!draining.signal.aborted) await takeWork();
      await Promise.all(working);
    } finally {
      clearInterval(beat);
      offCancel();
      onEvent({ type: 'stopped' });
    }
  }

  async function takeWork(): Promise<void> {
    const free = slots - working.size;
    if (free <= 0) return void (await Promise.race(working));
    const assignments = await patiently('claim', () => port.claim(identity, free, 20, draining.signal, local));
    for (const assignment of assignments) {
      const work = performAll(assignment).finally(() => working.delete(work));
      working.add(work);
    }
  }

  /** One step, and those that come with its end. */
  async function performAll(first: Assignment): Promise<void> {
    for (let next: Assignment | undefined = first; next; ) {
      const told: ToldStep = { assignment: next, agent: identity.name };
      next = await traced.tracePromise(() => perform(told.assignment, told), told);
    }
  }

  async function perform(assignment: Assignment, told: ToldStep): Promise<Assignment | undefined> {
    const step = { id: assignment.id, fence: assignment.fence };
    const mine = { step, cancel: new AbortController(), lost: false };
    held.set(step.id, mine);
    try {
      const pluginHome = await findPlugin(assignment);
      if (pluginHome instanceof LockstepError) return void (await refuse(step, pluginHome));
      if (!local && draining.signal.aborted) return void (await port.release(step, 'The agent drains.'));
      if (!local && !(await begin(step))) return undefined;
      refusals = 0;
      onEvent({ type: 'step-started', assignment });
      const shared = options.logFile?.(assignment);
      const logFile = shared ?? join(home, 'logs', `${assignment.id}.${assignment.fence}.log`);
      const stepFolder = join(home, 'steps', `${assignment.id}.${assignment.fence}`);
      const artefactFolder = shared
        ? join(dirname(shared), 'artefacts')
        : join(home, 'artefacts', `${assignment.id}.${assignment.fence}`);
      let cleared: Promise<void> | undefined;
      const shipping = shared ? null : shipLog(step, logFile, mine.cancel);
      const executed = await executeStep(assignment, {
        pluginHome,
        agentHome: home,
        stepFolder,
        logFile,
        artefactFolder,
        agent: names,
        environment: { ...environment, ...traceEnvironment() },
        scripts,
        launcher,
        signal: AbortSignal.any([mine.cancel.signal, stopping.signal]),
        ...(options.graceMilliseconds === undefined ? {} : { graceMilliseconds: options.graceMilliseconds }),
        ...(options.logLimits ? { logLimits: options.logLimits } : {}),
      }).finally(() => {
        // nobody waits for it but the end of the step
        cleared = rm(stepFolder, { recursive: true, force: true });
        cleared.catch((error) => trouble(`step ${assignment.id}`, error));
      });
      told.done = executed;
      await shipping?.finish();
      const { result, next } = mine.lost
        ? { result: executed }
        : await report(step, executed, shared ? null : artefactFolder);
      if (!shared) await Promise.all([logFile, artefactFolder].map((at) => rm(at, { recursive: true, force: true })));
      await cleared;
      onEvent({ type: 'step-ended', assignment, result });
      return next;
    } catch (error) {
      if (isLost(error)) mine.lost = true;
      trouble(`step ${assignment.id}`, error);
      return undefined;
    } finally {
      held.delete(step.id);
    }
  }

  /** Tells what came of a step, its files first where they are not on the server's disk already. */
  async function report(step: HeldStep, result: StepResult, artefacts: string | null) {
    const wanted = local && !draining.signal.aborted ? identity : undefined;
    const complete = async (result: StepResult): Promise<{ result: StepResult; next?: Assignment }> => {
      const [next] = await patiently('complete', () => port.complete(step, result, wanted));
      return next ? { result, next } : { result };
    };
    try {
      if (artefacts !== null)
        for (const { digest } of result.artefacts ?? []) await shipArtefact(step, digest, join(artefacts, digest));
      return await complete(result);
    } catch (error) {
      if (!(error instanceof LockstepError) || error.code !== 'artefact-not-kept') throw error;
      const { artefacts: _, ...rest } = result;
      const failure = { outcome: 'failure', message: messageOf(error) } as const;
      return complete(result.outcome === 'success' ? { ...rest, ...failure } : rest);
    }
  }

  async function refuse(step: HeldStep, error: LockstepError): Promise<void> {
    // begun with its claim: then its end is told, not its return
    if (local) await port.complete(step, { ...nothingDone, outcome: 'failure', message: error.message });
    else await port.release(step, error.message);
    // others may have more luck; we come back to it more and more slowly
    refusals++;
    await pauseFor(Math.min(1000 * 2 ** (refusals - 1), 60_000), draining.signal);
  }

  async function begin(step: HeldStep): Promise<boolean> {
    try {
      await patiently('start', () => port.start(step));
      return true;
    } catch (error) {
      if (!isLost(error)) throw error;
      // cancelled before it began, or given to somebody else: then the server refuses this too
      await port.complete(step, nothingDone).catch(() => {});
      return false;
    }
  }

  async function findPlugin({ plugin }: Assignment): Promise<string | LockstepError> {
    const near = await options.pluginFolder?.(plugin.digest);
    if (near) return near;
    try {
      return await fetchPlugin(plugin.digest);
    } catch (error) {
      trouble(`plugin ${plugin.id} ${plugin.version}`, error);
      return error instanceof LockstepError ? error : new LockstepError('plugin-not-found', String(error));
    }
  }

  const fetching = new Map<string, Promise<string>>();

  function fetchPlugin(digest: string): Promise<string> {
    const folder = join(home, 'plugins', digest.replace(/[^\w-]/g, '_'));
    if (existsSync(folder)) return Promise.resolve(folder);
    const known = fetching.get(digest);
    if (known) return known;
    const job = (async () => {
      if (!options.unpack) throw new LockstepError('plugin-not-found', `The plugin ${digest} is not on this machine.`);
      const bytes = await patiently('fetch', () => port.fetchPlugin(digest));
      const staged = `${folder}.${randomUUID()}`;
      await mkdir(dirname(folder), { recursive: true });
      try {
        await options.unpack(bytes, digest, staged);
        await rename(staged, folder);
      } finally {
        await rm(staged, { recursive: true, force: true });
      }
      return folder;
    })().finally(() => fetching.delete(digest));
    fetching.set(digest, job);
    return job;
  }

  /** Sends a growing log file piece by piece; what the network lost is sent again. */
  function shipLog(step: HeldStep, file: string, cancel: AbortController): { finish: () => Promise<void> } {
    let sent = 0;
    let turn: Promise<void> = Promise.resolve();
    const buffer = Buffer.alloc(256 * 1024);
    const send = async (): Promise<void> => {
      if (!existsSync(file)) return;
      const handle = await open(file, 'r');
      try {
        for (;;) {
          const { bytesRead } = await handle.read(buffer, 0, buffer.length, sent);
          if (bytesRead === 0) return;
          const answer = await port.appendLog(step, sent, buffer.subarray(0, bytesRead));
          if (answer.cancel) cancel.abort();
          // a server that keeps no more of it answers with what it has
          if (answer.size <= sent) return;
          sent = answer.size;
        }
      } finally {
        await handle.close();
      }
    };
    const timer = setInterval(() => {
      turn = turn.then(send).catch((error) => {
        if (isLost(error)) loseStep(step.id);
      });
    }, 500);
    return {
      async finish() {
        clearInterval(timer);
        await turn;
        if (!held.get(step.id)?.lost) await patiently('log', send).catch((error) => trouble('log', error));
      },
    };
  }

  async function shipArtefact(step: HeldStep, digest: string, file: string): Promise<void> {
    const handle = await open(file, 'r');
    try {
      const buffer = Buffer.alloc(256 * 1024);
      for (let sent = 0; ; ) {
        const { bytesRead } = await handle.read(buffer, 0, buffer.length, sent);
        if (bytesRead === 0) return;
        const piece = { digest, offset: sent, bytes: buffer.subarray(0, bytesRead) };
        const { size } = await patiently('artefact', () => port.appendArtefact(step, piece));
        // more, where a former try or another name with the same content sent it already; less is told by its end
        sent = Math.max(size, sent + bytesRead);
      }
    } finally {
      await handle.close();
    }
  }

  function loseStep(id: string): void {
    const mine = held.get(id);
    if (!mine) return;
    mine.lost = true;
    mine.cancel.abort();
  }

  async function heartbeat(): Promise<void> {
    try {
      const answer = await port.heartbeat(
        identity,
        [...held.values()].map(({ step }) => step),
      );
      for (const id of answer.cancel) held.get(id)?.cancel.abort();
      for (const id of answer.lost) loseStep(id);
    } catch (error) {
      trouble('heartbeat', error);
    }
  }

  /** Tries again while the server cannot be reached, more and more slowly; what the server refuses is thrown. */
  async function patiently<T>(what: string, action: () => Promise<T>): Promise<T> {
    for (let pause = 200; ; pause = Math.min(pause * 2, 10_000)) {
      try {
        return await action();
      } catch (error) {
        if (!isPassing(error) || stopping.signal.aborted) throw error;
        trouble(what, error);
        await pauseFor(pause, stopping.signal);
      }
    }
  }

  function pauseFor(milliseconds: number, until: AbortSignal): Promise<void> {
    return new Promise((ready) => {
      const end = (): void => {
        clearTimeout(timer);
        until.removeEventListener('abort', end);
        ready();
      };
      const timer = setTimeout(end, milliseconds);
      until.addEventListener('abort', end, { once: true });
    });
  }

  function trouble(what: string, error: unknown): void {
    onEvent({ type: 'trouble', message: `${what}: ${error instanceof Error ? error.message : String(error)}` });
  }

  const ended = run()
    .catch((error) => {
      trouble('agent', error);
      throw error;
    })
    .finally(() => launcher.close());
  ended.catch(() => {});
  return {
    ended,
    async drain() {
      if (!draining.signal.aborted) onEvent({ type: 'draining' });
      draining.abort();
      await ended;
    },
    async stop() {
      stopping.abort();
      draining.abort();
      await ended.catch(() => {});
    },
  };
}

const nothingDone: StepResult = {
  outcome: 'cancelled',
  exitCode: null,
  outputs: {},
  secureOutputs: [],
  message: null,
  logBytes: 0,
};

function isLost(error: unknown): boolean {
  return error instanceof LockstepError && error.code === 'lease-lost';
}

const passing: ReadonlySet<string> = new Set([
  'server-unreachable',
  'server-stopping',
  'data-busy',
  'database-unreachable',
  'too-many-requests',
]);

function isPassing(error: unknown): boolean {
  return error instanceof LockstepError && passing.has(error.code);
}

/** NODE_HOME is where our own runtime lies, unless the agent is told otherwise; `node` alone always means it. */
function agentProperties(given: Readonly<Record<string, string>>): Record<string, string> {
  return { NODE_HOME: dirname(dirname(process.execPath)), ...given };
}

/** Ends what an agent that was killed left running, and takes away its files. */
function clearLeftovers(home: string): void {
  // what it had not sent yet belongs to steps that are not its own any more
  for (const name of ['logs', 'artefacts']) rmSync(join(home, name), { recursive: true, force: true });
  const steps = join(home, 'steps');
  if (!existsSync(steps)) return;
  for (const name of readdirSync(steps)) {
    try {
      killLeftover(JSON.parse(readFileSync(join(steps, name, 'process.json'), 'utf8')));
    } catch {
      // it had not begun
    }
    rmSync(join(steps, name), { recursive: true, force: true });
  }
}

/** For programs that take part in a trace: `TRACEPARENT`, where there is one. */
function traceEnvironment(): Record<string, string> {
  const carrier: { traceparent?: string } = {};
  if (carrying.hasSubscribers) carrying.publish(carrier);
  return carrier.traceparent === undefined ? {} : { TRACEPARENT: carrier.traceparent };
}
