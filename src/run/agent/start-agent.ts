import { tracingChannel } from 'node:diagnostics_channel';
import { dirname, join } from 'node:path';
import { LockstepError } from '../../failure/index.ts';
import { type Ports, system } from '../../ports/index.ts';
import { messageOf } from '../run-state.ts';
import type { Assignment, StepResult } from '../step/assignment.ts';
import type { AgentHome } from './agent-home.ts';
import type { AgentEvent, AgentOptions } from './agent-options.ts';
import type { AgentIdentity, HeldStep } from './agent-port.ts';
import { openWorkbench } from './open-workbench.ts';
import { Patience } from './patience.ts';
import { PluginShelf } from './plugin-shelf.ts';
import { isLost, shipArtefact, shipLog } from './ship-step.ts';
import type { Workbench } from './workbench.ts';

const traced = tracingChannel('lockstep:step');

/** What whoever traces is told of a step. */
interface TracedStep {
  readonly assignment: Assignment;
  readonly agent: string;
  done?: StepResult;
}

export interface Agent {
  /** Takes nothing new, finishes what it does, and ends. */
  drain(): Promise<void>;
  /** Stops its steps, tells the server, and ends. */
  stop(): Promise<void>;
  /** Settles when the agent has ended; rejects with why it had to: `agent-name-taken`, `agent-superseded`, `data-busy`. */
  readonly ended: Promise<void>;
}

/** Starts an agent: it takes steps, executes them, and brings back what came of them, until it is stopped. */
export function startAgent(options: AgentOptions): Agent {
  return new WorkingAgent(options);
}

interface Mine {
  readonly step: HeldStep;
  readonly cancel: AbortController;
  lost: boolean;
}

class WorkingAgent implements Agent {
  readonly ended: Promise<void>;
  readonly #options: AgentOptions;
  readonly #slots: number;
  /** Shares the server's disk: nothing has to be fetched or sent. */
  readonly #local: boolean;
  readonly #ports: Pick<Ports, 'clock' | 'random'>;
  readonly #workbench: Workbench;
  readonly #draining = new AbortController();
  readonly #stopping = new AbortController();
  readonly #patience: Patience;
  readonly #shelf: PluginShelf;
  readonly #held = new Map<string, Mine>();
  readonly #working = new Set<Promise<void>>();
  #identity!: AgentIdentity;
  /** Why it cannot go on. */
  #end: unknown = null;
  #refusals = 0;
  /** Milliseconds from one heartbeat to the next; a lease is some of them. */
  #beat = 0;

  constructor(options: AgentOptions) {
    this.#options = options;
    this.#slots = options.slots ?? 4;
    this.#local = options.logFile !== undefined;
    this.#ports = options.ports ?? system;
    const trouble = (what: string, error: unknown): void => this.#trouble(what, error);
    this.#workbench = options.workbench ?? openWorkbench(options, agentProperties(options.properties ?? {}), trouble);
    this.#patience = new Patience(this.#ports.clock, this.#stopping.signal, trouble);
    this.#shelf = new PluginShelf({ ...options, random: this.#ports.random, patience: this.#patience, trouble });
    this.ended = this.#work().finally(() => this.#workbench.close());
    this.ended.catch(() => {});
  }

  async drain(): Promise<void> {
    if (!this.#draining.signal.aborted) this.#tell({ type: 'draining' });
    this.#draining.abort();
    await this.ended;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#draining.abort();
    await this.ended.catch(() => {});
  }

  async #work(): Promise<void> {
    const { port } = this.#options;
    const home = this.#workbench.takeHome();
    try {
      this.#identity = identityOf(this.#options, home, this.#slots, `${home.life}.${this.#ports.random.uuid()}`);
      const { heartbeatSeconds } = await this.#register();
      this.#tell({ type: 'registered', name: this.#identity.name });
      const offCancel = port.onCancel((id) => this.#held.get(id)?.cancel.abort());
      this.#beat = heartbeatSeconds * 1000;
      const endBeats = this.#ports.clock.every(this.#beat, () => void this.#heartbeat());
      try {
        while (!this.#draining.signal.aborted) await this.#takeWork();
        await Promise.all(this.#working);
        if (this.#end) throw this.#end;
        await port.leave(this.#identity).catch((error) => this.#trouble('leave', error));
      } finally {
        endBeats();
        offCancel();
        this.#tell({ type: 'stopped' });
      }
    } finally {
      home.close();
    }
  }

  /** Whoever has this folder's number already is most likely this agent before its machine was started anew: that passes. */
  async #register(): Promise<{ readonly heartbeatSeconds: number }> {
    const { clock } = this.#ports;
    const until = clock.monotonic() + 40_000;
    for (;;) {
      try {
        return await this.#patience.with('register', () => this.#options.port.register(this.#identity));
      } catch (error) {
        const former = error instanceof LockstepError && error.code === 'agent-name-taken' && isOwn(error.data);
        if (!former || clock.monotonic() > until || this.#stopping.signal.aborted) throw error;
        this.#trouble('register', error);
        await this.#patience.pause(2000);
      }
    }
  }

  async #takeWork(): Promise<void> {
    const free = this.#slots - this.#working.size;
    if (free <= 0) return void (await Promise.race(this.#working));
    const { port } = this.#options;
    const assignments = await this.#patience
      .with('claim', () => port.claim(this.#identity, free, 20, this.#draining.signal, this.#local))
      .catch((error) => this.#giveUp(error));
    for (const assignment of assignments) {
      const work = this.#performAll(assignment).finally(() => this.#working.delete(work));
      this.#working.add(work);
    }
  }

  /** The server has another agent under this name, or refuses this one: its steps are others' by now. */
  #giveUp(error: unknown): [] {
    this.#end ??= error;
    if (error instanceof LockstepError && error.code === 'agent-superseded')
      for (const mine of this.#held.values()) lose(mine);
    this.#draining.abort();
    return [];
  }

  /** One step, and those that come with its end. */
  async #performAll(first: Assignment): Promise<void> {
    for (let next: Assignment | undefined = first; next; ) {
      const trace: TracedStep = { assignment: next, agent: this.#identity.name };
      next = await traced.tracePromise(() => this.#perform(trace.assignment, trace), trace);
    }
  }

  async #perform(assignment: Assignment, trace: TracedStep): Promise<Assignment | undefined> {
    const step = { id: assignment.id, fence: assignment.fence };
    const mine: Mine = { step, cancel: new AbortController(), lost: false };
    this.#held.set(step.id, mine);
    try {
      const pluginHome = await this.#shelf.find(assignment);
      if (pluginHome instanceof LockstepError) return void (await this.#refuse(step, pluginHome));
      if (!this.#local && this.#draining.signal.aborted)
        return void (await this.#options.port.release(step, 'The agent drains.'));
      if (!this.#local && !(await this.#begin(step))) return undefined;
      this.#refusals = 0;
      this.#tell({ type: 'step-started', assignment });
      const { result, next } = await this.#execute(assignment, pluginHome, mine, trace);
      this.#tell({ type: 'step-ended', assignment, result });
      return next;
    } catch (error) {
      if (isLost(error)) mine.lost = true;
      this.#trouble(`step ${assignment.id}`, error);
      return undefined;
    } finally {
      // given back meanwhile, and given to us again: then that is another one's entry
      if (this.#held.get(step.id) === mine) this.#held.delete(step.id);
    }
  }

  async #execute(
    assignment: Assignment,
    pluginHome: string,
    mine: Mine,
    trace: TracedStep,
  ): Promise<{ result: StepResult; next?: Assignment }> {
    const place = this.#workbench.place(assignment, pluginHome);
    const shipping = place.sends && this.#shipLog(mine, place.sends.log);
    const executed = await place.execute(AbortSignal.any([mine.cancel.signal, this.#stopping.signal]));
    trace.done = executed;
    await shipping?.finish();
    const reported = mine.lost
      ? { result: executed }
      : await this.#report(mine.step, executed, place.sends?.artefacts ?? null);
    await place.clear();
    return reported;
  }

  #shipLog(mine: Mine, file: string): { finish: () => Promise<void> } {
    return shipLog({ ...this.#ports, port: this.#options.port, step: mine.step, patience: this.#patience }, file, {
      cancelled: () => mine.cancel.abort(),
      lost: () => lose(mine),
      isLost: () => mine.lost,
      trouble: (what, error) => this.#trouble(what, error),
    });
  }

  /** Tells what came of a step, its files first where they are not on the server's disk already. */
  async #report(step: HeldStep, result: StepResult, artefacts: string | null) {
    const { port } = this.#options;
    const wanted = this.#local && !this.#draining.signal.aborted ? this.#identity : undefined;
    const complete = async (result: StepResult): Promise<{ result: StepResult; next?: Assignment }> => {
      const [next] = await this.#patience.with('complete', () => port.complete(step, result, wanted));
      return next ? { result, next } : { result };
    };
    try {
      if (artefacts !== null)
        for (const { digest } of result.artefacts ?? [])
          await shipArtefact({ port, step, patience: this.#patience }, digest, join(artefacts, digest));
      return await complete(result);
    } catch (error) {
      if (!(error instanceof LockstepError) || error.code !== 'artefact-not-kept') throw error;
      const { artefacts: _, ...rest } = result;
      const failure = { outcome: 'failure', message: messageOf(error) } as const;
      return complete(result.outcome === 'success' ? { ...rest, ...failure } : rest);
    }
  }

  async #refuse(step: HeldStep, error: LockstepError): Promise<void> {
    const { port } = this.#options;
    // begun with its claim: then its end is told, not its return
    if (this.#local) await port.complete(step, { ...nothingDone, outcome: 'failure', message: error.message });
    else await port.release(step, error.message);
    // others may have more luck; we come back to it more and more slowly
    this.#refusals++;
    await this.#patience.pause(Math.min(1000 * 2 ** (this.#refusals - 1), 60_000), this.#draining.signal);
  }

  async #begin(step: HeldStep): Promise<boolean> {
    const { port } = this.#options;
    const { clock } = this.#ports;
    try {
      let asked = 0;
      // a late answer says nothing of now: the lease may have gone to somebody else since
      do
        await this.#patience.with('start', () => {
          asked = clock.monotonic();
          return port.start(step);
        });
      while (clock.monotonic() - asked > this.#beat);
      return true;
    } catch (error) {
      if (!isLost(error)) throw error;
      // cancelled before it began, or given to somebody else: then the server refuses this too
      await port.complete(step, nothingDone).catch(() => {});
      return false;
    }
  }

  async #heartbeat(): Promise<void> {
    // what is answered is said of these, and of no later lease
    const asked = new Map(this.#held);
    try {
      const answer = await this.#options.port.heartbeat(
        this.#identity,
        [...asked.values()].map(({ step }) => step),
      );
      for (const id of answer.cancel) asked.get(id)?.cancel.abort();
      for (const id of answer.lost) lose(asked.get(id));
    } catch (error) {
      if (error instanceof LockstepError && error.code === 'agent-superseded') this.#giveUp(error);
      else this.#trouble('heartbeat', error);
    }
  }

  #trouble(what: string, error: unknown): void {
    this.#tell({ type: 'trouble', message: `${what}: ${error instanceof Error ? error.message : String(error)}` });
  }

  #tell(event: AgentEvent): void {
    this.#options.onEvent?.(event);
  }
}

function lose(mine: Mine | undefined): void {
  if (!mine) return;
  mine.lost = true;
  mine.cancel.abort();
}

function identityOf(
  { name, prefix = '', labels, properties }: AgentOptions,
  home: AgentHome,
  slots: number,
  instance: string,
): AgentIdentity {
  return {
    name: name ?? `${prefix}${home.name}`,
    instance,
    host: home.host,
    home: home.id,
    boot: home.boot,
    labels: labels ?? [],
    properties: agentProperties(properties ?? {}),
    slots,
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

function isOwn(data: unknown): boolean {
  return typeof data === 'object' && data !== null && (data as { sameHome?: unknown }).sameHome === true;
}

/** NODE_HOME is where our own runtime lies, unless the agent is told otherwise; `node` alone always means it. */
function agentProperties(given: Readonly<Record<string, string>>): Record<string, string> {
  return { NODE_HOME: dirname(dirname(process.execPath)), ...given };
}
