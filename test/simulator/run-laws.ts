import type { HeldStep } from '../../src/run/agent/agent-port.ts';
import type { RunState } from '../../src/run/run-state.ts';
import type { Assignment, StepResult } from '../../src/run/step/assignment.ts';
import type { Database } from './database.ts';
import type { Program } from './program.ts';
import type { World } from './world.ts';

interface StepRow {
  readonly step_id: string;
  readonly run_id: string;
  readonly activity: string;
  readonly state: string;
  readonly fence: number;
  readonly repeatable: number;
}

interface RunRow {
  readonly run_id: string;
  readonly status: string;
  readonly revision: number;
  readonly events: number;
}

/** One execution of a step, under one lease. */
interface Doing {
  readonly began: number;
  readonly fence: number;
  readonly by: Program;
  /** Null while it is under way. */
  outcome: StepResult['outcome'] | null;
  effect: number | null;
}

export const leaseSeconds = 9;
const endStates = { success: 'succeeded', failure: 'failed', cancelled: 'cancelled' } as const;
const open: ReadonlySet<string> = new Set(['ready', 'claimed', 'running']);

/** What must hold of runs, their steps and the leases on them at every instant, whoever died when. */
export class RunLaws {
  readonly #world: World;
  readonly #database: Database;
  readonly #steps = new Map<string, StepRow>();
  readonly #runs = new Map<string, RunRow>();
  readonly #holding = new Set<string>();
  readonly #doings = new Map<string, Doing[]>();
  /** Runs whose request was answered. */
  readonly #promised = new Set<string>();
  /** Steps of which a person said what became of them. */
  readonly #answered = new Set<string>();
  /** Runs that a person had gone on after their end. */
  readonly #retried = new Set<string>();
  /** When an agent was last heard by the only server, in a life of it. */
  readonly #heard = new Map<Program, { readonly at: number; readonly server: Program }>();
  #effects = 0;

  constructor(world: World, database: Database) {
    this.#world = world;
    this.#database = database;
  }

  readonly #lives = new Map<string, number>();

  /** What an agent's folder keeps: how often it has begun. */
  beginsLife(agent: string): number {
    const life = (this.#lives.get(agent) ?? 0) + 1;
    this.#lives.set(agent, life);
    return life;
  }

  /** An agent starts a step's command. */
  begins({ id, fence, activity, runId }: Assignment, by: Program): void {
    const doings = this.#doings.get(id) ?? [];
    const [row] = this.#database.rows<StepRow>('select * from run_step where step_id = ?', id);
    const again = doings.find((doing) => doing.fence >= fence);
    if (again) this.#world.fail(`${activity} is begun under lease ${fence} after it was begun under ${again.fence}`);
    const acting = doings.find((doing) => this.#isHeld(doing));
    if (acting) this.#world.fail(`${activity} is begun, and ${acting.by.name} is doing it and was heard`);
    if (doings.length > 0 && Number(row?.repeatable) === 0)
      this.#world.fail(`${activity} must not be repeated without asking, and is begun a second time`);
    const others = this.#database.rows<StepRow>(
      `select * from run_step where run_id = ? and activity = ? and step_id <> ? and state in ('ready', 'claimed', 'running', 'uncertain')`,
      ...[runId, activity, id],
    );
    if (others.length > 0 && open.has(row?.state ?? '')) this.#world.fail(`${activity} is open twice in one run`);
    doings.push({ began: this.#world.now, fence, by, outcome: null, effect: null });
    this.#doings.set(id, doings);
  }

  /** The only server of this world has heard an agent. */
  heard(agent: Program, server: Program): void {
    this.#heard.set(agent, { at: this.#world.now, server });
  }

  /** Its agent lives, and whoever decides about it heard so less than a lease ago. */
  #isHeld({ by, outcome, began }: Doing): boolean {
    const heard = this.#heard.get(by);
    if (outcome !== null || !by.alive || !heard?.server.alive || heard.at < began) return false;
    return this.#world.now - heard.at < leaseSeconds * 1000;
  }

  hasEffect({ id, fence }: Assignment): number {
    const number = ++this.#effects;
    this.#doingOf(id, fence)!.effect = number;
    return number;
  }

  ends({ id, fence }: Assignment, result: StepResult): StepResult {
    this.#doingOf(id, fence)!.outcome = result.outcome;
    return result;
  }

  #doingOf(id: string, fence: number): Doing | undefined {
    return this.#doings.get(id)?.find((doing) => doing.fence === fence);
  }

  /** An agent was answered that a step's end is kept. */
  told({ id }: HeldStep, { outcome }: StepResult): void {
    const [row] = this.#database.rows<StepRow>('select * from run_step where step_id = ?', id);
    if (row?.state !== endStates[outcome])
      this.#world.fail(`the end of ${row?.activity ?? id} was answered as kept (${outcome}), and it is ${row?.state}`);
  }

  requested(run: string): void {
    this.#promised.add(run);
  }

  answered(run: string, activity: string): void {
    for (const step of this.#steps.values())
      if (step.run_id === run && step.activity === activity) this.#answered.add(step.step_id);
  }

  retried(run: string): void {
    this.#retried.add(run);
  }

  /**
   * What a careful person would say of a step that nobody heard of: what it did, where that can be seen; that it be done
   * again only where nobody can do it any more.
   */
  whatBecameOf(run: string, activity: string): 'success' | 'failure' | 'repeat' | null {
    const step = [...this.#steps.values()].findLast((one) => one.run_id === run && one.activity === activity);
    if (!step) return null;
    const doings = this.#doings.get(step.step_id) ?? [];
    if (doings.some(({ effect }) => effect !== null)) return 'success';
    if (doings.some(({ outcome, by }) => outcome === null && by.alive)) return null;
    return doings.length > 0 ? 'repeat' : 'failure';
  }

  look(): void {
    const steps = this.#database.rows<StepRow>(
      'select step_id, run_id, activity, state, fence, repeatable from run_step order by step_id',
    );
    for (const row of steps) {
      const before = this.#steps.get(row.step_id);
      if (before?.state === row.state && before.fence === row.fence) continue;
      this.#steps.set(row.step_id, row);
      this.#lookAtStep(row, before);
    }
    if (steps.length < this.#steps.size) this.#world.fail('a step is gone');
    const runs = this.#database.rows<RunRow>('select run_id, status, revision, events from run');
    for (const row of runs) {
      const before = this.#runs.get(row.run_id);
      this.#runs.set(row.run_id, row);
      if (before?.revision !== row.revision || before.events !== row.events) this.#lookAtRun(row, before, steps);
    }
    if (this.#holding.size > 1) this.#world.fail(`${this.#holding.size} runs have the lock that one may have`);
    for (const run of this.#promised)
      if (!this.#runs.has(run)) this.#world.fail(`the run ${run} was answered, and it is not there`);
  }

  #lookAtStep(row: StepRow, before: StepRow | undefined): void {
    const { step_id, activity, state, fence } = row;
    if (before && fence < before.fence)
      this.#world.fail(`the lease of ${activity} goes from ${before.fence} to ${fence}`);
    if (before && !open.has(before.state) && before.state !== 'uncertain')
      this.#world.fail(`${activity} was ${before.state}, and is ${state} now`);
    const doing = this.#doingOf(step_id, fence);
    if (state === 'uncertain' && doing && this.#isHeld(doing))
      this.#world.fail(`of ${activity} nobody is said to know, and ${doing.by.name} is doing it and was heard`);
    if (state !== 'succeeded' && state !== 'failed') return;
    if (this.#answered.has(step_id)) return;
    const outcome = doing?.outcome ?? null;
    if (outcome === null || endStates[outcome] !== state)
      this.#world.fail(`${activity} is ${state}, and who has its lease (${fence}) said ${outcome ?? 'nothing'}`);
  }

  #lookAtRun({ run_id, status, events }: RunRow, before: RunRow | undefined, steps: readonly StepRow[]): void {
    const [row] = this.#database.rows<{ state: string }>('select state from run where run_id = ?', run_id);
    const state = JSON.parse(row!.state) as RunState;
    if (status === 'running' && holdsLock(state)) this.#holding.add(run_id);
    else this.#holding.delete(run_id);
    if (state.status !== status) this.#world.fail(`the run is ${status}, its state is not`);
    if (before && before.status !== 'running' && before.status !== status && !this.#retried.has(run_id))
      this.#world.fail(`a run that ended as ${before.status} is ${status}`);
    const history = this.#database.rows<{ seq: number; type: string; activity: string | null; detail: string }>(
      'select seq, type, activity, detail from run_event where run_id = ? order by seq',
      run_id,
    );
    if (history.length !== events || history.some(({ seq }, at) => seq !== at + 1))
      this.#world.fail(`the history of ${run_id} has gaps`);
    const ends = history.filter(({ type }) => type === 'run-ended').length;
    const goneOn = history.filter(({ type }) => type === 'retried').length;
    if (ends !== goneOn + (status === 'running' ? 0 : 1)) this.#world.fail(`the history has ${ends} ends of one run`);
    this.#lookAtActivities(history);
    if (status === 'running') return;
    // of a run that was cancelled a step may stay of which nobody knows
    const left = steps.find((step) => step.run_id === run_id && open.has(step.state));
    if (left) this.#world.fail(`the run is over, and ${left.activity} is ${left.state}`);
    for (const table of ['run_timer', 'run_lock', 'run_lock_wait'])
      if (this.#database.rows(`select 1 from ${table} where run_id = ?`, run_id).length > 0)
        this.#world.fail(`the run is over, and has a row in ${table}`);
  }

  /** Begun and ended in turn: an effect stands in the history once. */
  #lookAtActivities(history: readonly { readonly type: string; readonly activity: string | null }[]): void {
    const under = new Map<string, boolean>();
    for (const { type, activity } of history) {
      // what holds others goes on without a beginning of its own
      if (type === 'retried') for (const key of under.keys()) under.set(key, true);
      if (activity === null || (type !== 'activity-started' && type !== 'activity-ended')) continue;
      const begun = under.get(activity) ?? false;
      if (type === 'activity-ended' && !begun) this.#world.fail(`${activity} ends a second time in the history`);
      under.set(activity, type === 'activity-started');
    }
  }

  /** Also those that were begun by a request whose answer was lost. */
  get allEnded(): boolean {
    return [...this.#runs.values()].every(({ status }) => status !== 'running');
  }

  /** After everything. */
  lookAtEnd(): void {
    for (const [run, { status }] of this.#runs)
      if (status === 'running') this.#world.fail(`the run ${run} does not end`);
  }
}

function holdsLock({ activities }: RunState): boolean {
  const lock = activities['lock'];
  return lock?.state === 'ended' && lock.outcome === 'success' && activities['unlock']?.state !== 'ended';
}
