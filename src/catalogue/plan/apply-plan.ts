import { LockstepError } from '../../failure/index.ts';
import { type Answers, type GivenAnswers, spelledAnswers } from '../../upgrade/index.ts';
import { said } from '../activity.ts';
import type { Catalogue } from '../catalogue.ts';
import { useKeysOf } from '../plugin/plugin-names.ts';
import { switchActive } from '../plugin/plugins.ts';
import { UseKeys } from '../process/use-keys.ts';
import { answerPlan } from './answer-plan.ts';
import { applyChunk, type ChunkOutcome } from './apply-chunk.ts';
import type { ChunkJob, OpenProcess, ReplannedProcess } from './chunk-job.ts';
import { failuresAbove } from './failure-rate.ts';
import { rest } from './pause-plan.ts';
import { settle, storedQuestions } from './plan-answers.ts';
import { countStates, lockedPlan, movePlan } from './plan-journal.ts';
import type { FailureRate } from './plan-rollout.ts';
import { type PlanRollout, rolloutOf } from './plan-rollout.ts';
import { type PlanRow, type PlanSummary, planRow, planSummary } from './plan-summary.ts';
import { readWorks } from './plan-work.ts';
import { plannedTarget, plannedUpgrade } from './planned-target.ts';
import { type Wave, waveMembers } from './wave-members.ts';

/** What is decided when a plan begins, or goes on, to be applied; kept with the plan. */
export interface BeginInput {
  readonly answers?: GivenAnswers;
  /** A part first: the ids of the processes, or the label that they bear. The rest follows with another call. */
  readonly wave?: Wave;
  /**
   * Pauses by itself, after the chunk at hand, where more than this share (0 to 1) of the processes looked at could not be
   * carried over, or of the runs that carried processes have ended with since failed.
   */
  readonly stopAbove?: number;
  /** In the person's words; kept in the activity. */
  readonly why?: string;
}

export interface JoinInput {
  /** Processes in one transaction (default 500). */
  readonly chunkSize?: number;
  readonly onProgress?: (progress: ApplyProgress) => void;
  /** Stops after the chunk at hand, with the signal's reason. */
  readonly signal?: AbortSignal;
}

export type ApplyInput = BeginInput & JoinInput;

export interface ApplyProgress {
  readonly done: number;
  readonly total: number;
}

export interface ApplyResult {
  readonly plan: PlanSummary;
  /** By this call. */
  readonly applied: number;
  /** Nothing was left to change, or the process is gone. */
  readonly skipped: number;
  /** Edited after planning, planned again and carried on from the edited version [DO-4]. */
  readonly replanned: readonly ReplannedProcess[];
  /** Edited after planning and now asking something new; left as they are. */
  readonly open: readonly OpenProcess[];
  /** Why it paused by itself, or null. */
  readonly stopped: FailureRate | null;
  /** Of the plan, after this call. */
  readonly remaining: number;
  /** Processes that still use the plugin below the target: pinned, imported since, or not in the plan. */
  readonly stillBelow: number;
}

/**
 * Applies a plan, or a wave of it, in chunks: each chunk writes its processes' new versions, the where-used index and
 * its own completion in one transaction, so a crash leaves every process wholly old or wholly new [DO-3]. The plugin
 * switches to the target as the first chunk begins. Applied twice it changes nothing [DO-5]; `plan-has-questions`
 * before anything is written while a question is open. Several servers may call it for the same plan at once.
 */
export async function applyPlan(catalogue: Catalogue, id: string, input: ApplyInput = {}): Promise<ApplyResult> {
  await beginPlan(catalogue, id, input);
  return joinPlan(catalogue, id, input);
}

/** Says how the plan is applied from now on, and switches the plugin; the chunks follow with `joinPlan`. */
export async function beginPlan(catalogue: Catalogue, id: string, input: BeginInput = {}): Promise<void> {
  const { store } = catalogue;
  const plan = await planRow(store.db, id);
  refuseUnappliable(plan);
  if (plan.state === 'applied') return;
  await plannedTarget(store.db, plan);
  const only = input.wave ? await waveMembers(catalogue, plan.id, input.wave) : null;
  if (only?.length === 0) throw emptyWave(id, input.wave!);
  const questions = await storedQuestions(store.db, plan.id, ['pending'], only);
  const given = spelledAnswers(input.answers ?? {});
  const answers = settle(questions, { ...(JSON.parse(plan.answers) as Answers), ...given });
  // totals and groups follow what is decided here too [ASK-3]
  if (Object.keys(given).length > 0) await answerPlan(catalogue, id, given);
  const stopAbove = input.stopAbove ?? null;
  // what the waves before did may say that this one had better not begin
  const rate = plan.state === 'planned' ? null : await failuresAbove(catalogue, id, stopAbove, answers);
  const pause = rate && { why: 'failures' as const, rate, at: catalogue.now(), by: catalogue.user };
  await begin(catalogue, plan, answers, { wave: input.wave ?? null, stopAbove, pause }, input.why);
}

/** Applies chunk after chunk of a plan as it was begun, with whoever else does, until it ends or pauses. */
export async function joinPlan(catalogue: Catalogue, id: string, input: JoinInput = {}): Promise<ApplyResult> {
  const plan = await planRow(catalogue.store.db, id);
  if (plan.state !== 'applying') return resultOf(catalogue, plan, []);
  const { wave, stopAbove } = rolloutOf(plan);
  const upgrade = await plannedUpgrade(catalogue.store.db, plan);
  const job = {
    ...{ plan, upgrade, wave: wave?.name ?? null, answers: JSON.parse(plan.answers) as Answers },
    works: await readWorks(catalogue.store.db, plan.id),
    only: wave ? await waveMembers(catalogue, plan.id, wave) : null,
  };
  const outcomes = await applyChunks(catalogue, job, stopAbove, input);
  await finish(catalogue, plan);
  return resultOf(catalogue, plan, outcomes);
}

function refuseUnappliable(plan: PlanRow): void {
  if (['planned', 'applying', 'paused', 'applied'].includes(plan.state)) return;
  const hint =
    plan.state === 'undoing'
      ? 'Finish the undo first (`lockstep upgrade continue`).'
      : 'Plan again; `lockstep upgrade redo` does so with the same options and answers.';
  throw new LockstepError('plan-state', `Plan ${plan.id} is ${plan.state} and cannot be applied.`, { hint });
}

function emptyWave(id: string, { name, label }: Wave): LockstepError {
  const bears = label === undefined ? `is in the wave "${name}"` : `bears the label "${label}"`;
  return new LockstepError('process-not-found', `No process of plan ${id} ${bears}.`, {
    hint: '`lockstep process label` says which processes go first.',
  });
}

/** The plugin and its processes are one unit [DO-3]: the switch and the journal's entry are one transaction. */
async function begin(
  catalogue: Catalogue,
  plan: PlanRow,
  answers: Answers,
  rollout: PlanRollout,
  why: string | undefined,
): Promise<void> {
  const { wave, pause } = rollout;
  await catalogue.store.transaction(async (tx) => {
    const now = await lockedPlan(tx, String(plan.id));
    refuseUnappliable(now);
    if (now.state === 'applied') return;
    const detail = {
      ...said(why),
      ...(wave && { wave: wave.name }),
      ...(pause && { why: pause.why, rate: pause.rate }),
    };
    if (pause) {
      await movePlan(tx.db, catalogue, now, 'paused', { answers, rollout, action: 'upgrade.paused', detail });
      return;
    }
    await switchActive(tx.db, plan.plugin_id, plan.version);
    const entry = now.state !== 'applying' || wave || why !== undefined ? { action: 'upgrade.applying', detail } : {};
    await movePlan(tx.db, catalogue, now, 'applying', { ...entry, answers, rollout });
  });
}

async function applyChunks(
  catalogue: Catalogue,
  job: Pick<ChunkJob, 'plan' | 'upgrade' | 'works' | 'answers' | 'wave' | 'only'>,
  stopAbove: number | null,
  { chunkSize = 500, onProgress, signal }: JoinInput,
): Promise<ChunkOutcome[]> {
  const { store } = catalogue;
  const { plan, only } = job;
  const states = await countStates(store.db, plan.id);
  const total = only ? only.length : Object.values(states).reduce((sum, count) => sum + count, 0);
  let done = only ? 0 : total - states.pending - states.open;
  const outcomes: ChunkOutcome[] = [];
  const keys = new UseKeys();
  let resting = false;
  const pass = async (wait: boolean): Promise<number> => {
    let looked = 0;
    for (let after = 0; ; ) {
      signal?.throwIfAborted();
      resting = !(await isApplying(catalogue, plan.id));
      if (resting) return looked;
      const outcome = await applyChunk(catalogue, { ...job, keys, after, size: chunkSize, wait });
      if (outcome.last === null) return looked;
      outcomes.push(outcome);
      after = outcome.last;
      looked += outcome.applied + outcome.skipped;
      done += outcome.applied + outcome.skipped;
      onProgress?.({ done, total });
      const rate = await failuresAbove(catalogue, String(plan.id), stopAbove);
      if (rate) await rest(catalogue, String(plan.id), { why: 'failures', rate });
      // whoever else lives in this process gets a turn
      await catalogue.clock.turn();
    }
  };
  if (!store.shared) {
    await pass(true);
    return outcomes;
  }
  await pass(false);
  // then wait for what other servers and editors held; a row that was edited while waited for shows up a pass later
  for (let idle = 0; idle < 3 && !resting; ) idle = (await pass(true)) > 0 ? 0 : idle + 1;
  return outcomes;
}

/** A pause, on whichever server it was asked for, holds before the next chunk. */
async function isApplying({ store }: Catalogue, planId: number): Promise<boolean> {
  const row = await store.db.selectFrom('plan').select('state').where('id', '=', planId).executeTakeFirst();
  return row?.state === 'applying';
}

/** All chunks were looked at, unless the plan rests: it is applied, or its wave is done and the rest waits. */
async function finish(catalogue: Catalogue, plan: PlanRow): Promise<void> {
  const isApplied = await catalogue.store.transaction(async (tx) => {
    const now = await lockedPlan(tx, String(plan.id));
    const { pending, open, applied, skipped } = await countStates(tx.db, plan.id);
    // a pause that came as the last chunk was under way has nothing to hold
    if ((now.state !== 'applying' && now.state !== 'paused') || pending + open > 0) return false;
    await movePlan(tx.db, catalogue, now, 'applied', {
      rollout: { ...rolloutOf(now), pause: null },
      action: 'upgrade.applied',
      detail: { applied, skipped },
    });
    return true;
  });
  if (!isApplied && rolloutOf(plan).wave) await rest(catalogue, String(plan.id), { why: 'wave-done', rate: null });
}

async function resultOf(catalogue: Catalogue, plan: PlanRow, outcomes: readonly ChunkOutcome[]): Promise<ApplyResult> {
  const { db } = catalogue.store;
  const summary = planSummary(await planRow(db, String(plan.id)));
  const { pending, open } = await countStates(db, plan.id);
  return {
    plan: summary,
    applied: outcomes.reduce((sum, { applied }) => sum + applied, 0),
    skipped: outcomes.reduce((sum, { skipped }) => sum + skipped, 0),
    replanned: outcomes.flatMap(({ replanned }) => replanned),
    // looked at in more than one pass
    open: [...new Map(outcomes.flatMap((outcome) => outcome.open).map((one) => [one.id, one])).values()],
    stopped: summary.state === 'paused' ? (summary.course.pause?.rate ?? null) : null,
    remaining: pending + open,
    stillBelow: await countBelow(catalogue, summary),
  };
}

/** Processes with a use of the plugin below the plan's target, or with any use of the plugin that it succeeds. */
export async function countBelow(
  { store }: Catalogue,
  { plugin, succeeds, to }: Pick<PlanSummary, 'plugin' | 'succeeds' | 'to'>,
): Promise<number> {
  const keys = await useKeysOf(store.db, { plugin: (succeeds ?? plugin).id });
  let uses = store.db
    .selectFrom('process_use')
    .select((is) => is.fn.count<number>('process_id').distinct().as('n'))
    .where('key_id', 'in', keys.length > 0 ? keys : [-1]);
  if (!succeeds) uses = uses.where('version', '<', to);
  return (await uses.executeTakeFirstOrThrow()).n;
}
