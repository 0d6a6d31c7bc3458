import { LockstepError } from '../failure/index.ts';
import type { Answers, CompiledUpgrade, Question } from '../upgrade/index.ts';
import { applyChunk, type ChunkOutcome } from './apply-chunk.ts';
import type { Catalogue } from './catalogue.ts';
import { type FailureRate, failuresAbove } from './failure-rate.ts';
import { settle, storedQuestions } from './plan-answers.ts';
import { countStates, lockedPlan, movePlan } from './plan-journal.ts';
import { type PlanRow, type PlanSummary, planRow, planSummary } from './plan-summary.ts';
import { useKeysOf } from './plugin-names.ts';
import { switchActive } from './plugins.ts';
import { compileStoredUpgrade, targetOf } from './stored-upgrade.ts';
import { UseKeys } from './use-keys.ts';
import { type Wave, waveMembers } from './wave-members.ts';

export interface ApplyInput {
  readonly answers?: Answers;
  /** Processes in one transaction (default 500). */
  readonly chunkSize?: number;
  /** A part first: the ids of the processes, or the label that they bear. The rest follows with another call. */
  readonly wave?: Wave;
  /**
   * Stops by itself, after the chunk at hand, where more than this share (0 to 1) of the processes looked at could not be
   * carried over, or of the runs that carried processes have ended with since failed.
   */
  readonly stopAbove?: number;
  readonly onProgress?: (progress: ApplyProgress) => void;
  /** Stops after the chunk at hand, with the signal's reason; `resumePlan` goes on. */
  readonly signal?: AbortSignal;
}

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
  /** Why it stopped by itself, or null. */
  readonly stopped: FailureRate | null;
  /** Of the plan, after this call. */
  readonly remaining: number;
  /** Processes that still use the plugin below the target: pinned, imported since, or not in the plan. */
  readonly stillBelow: number;
}

export interface ReplannedProcess {
  readonly id: string;
  readonly name: string;
  /** The version that was planned, and the edited one that was found. */
  readonly planned: number;
  readonly found: number;
}

export interface OpenProcess {
  readonly id: string;
  readonly name: string;
  readonly questions: readonly Question[];
}

/**
 * Applies a plan, or a wave of it, in chunks: each chunk writes its processes' new versions, the where-used index and
 * its own completion in one transaction, so a crash leaves every process wholly old or wholly new [DO-3]. The plugin
 * switches to the target as the first chunk begins. Applied twice it changes nothing [DO-5]; `plan-has-questions`
 * before anything is written while a question is open. Several servers may call it for the same plan at once.
 */
export async function applyPlan(catalogue: Catalogue, id: string, input: ApplyInput = {}): Promise<ApplyResult> {
  const { store } = catalogue;
  const plan = await planRow(store.db, id);
  refuseUnappliable(plan);
  if (plan.state === 'applied') return resultOf(catalogue, plan, []);
  const upgrade = await upgradeOf(catalogue, plan);
  const only = input.wave ? await waveMembers(catalogue, plan.id, input.wave) : null;
  const questions = await storedQuestions(store.db, plan.id, ['pending'], only);
  const answers = settle(questions, { ...(JSON.parse(plan.answers) as Answers), ...input.answers });

  // what the waves before did may say that this one had better not begin
  const before = plan.state === 'applying' ? await failuresAbove(catalogue, plan, [], input.stopAbove) : null;
  if (before) return resultOf(catalogue, plan, [], before);
  await begin(catalogue, plan, answers, input);
  const { outcomes, stopped } = await applyChunks(catalogue, plan, upgrade, answers, only, input);
  await finish(catalogue, plan);
  return resultOf(catalogue, plan, outcomes, stopped);
}

function refuseUnappliable(plan: PlanRow): void {
  if (plan.state === 'planned' || plan.state === 'applying' || plan.state === 'applied') return;
  const hint =
    plan.state === 'undoing'
      ? 'Finish the undo first (`lockstep upgrade resume`).'
      : 'Plan again; `lockstep upgrade redo` does so with the same options and answers.';
  throw new LockstepError('plan-state', `Plan ${plan.id} is ${plan.state} and cannot be applied.`, { hint });
}

/** The rules as they were planned: a target that was replaced since has to be planned again. */
async function upgradeOf({ store }: Catalogue, plan: PlanRow): Promise<CompiledUpgrade> {
  const summary = planSummary(plan);
  const target = await targetOf(store.db, plan.plugin_id, summary.to);
  if (target.digest !== plan.digest || target.version !== plan.version) {
    throw new LockstepError(
      'plan-state',
      `${summary.plugin.name} ${plan.version} was replaced since plan ${plan.id} was made.`,
      {
        hint: 'Plan again: its rules may have changed.',
      },
    );
  }
  return compileStoredUpgrade(store.db, target, summary.options);
}

/** The plugin and its processes are one unit [DO-3]: the switch and the journal's entry are one transaction. */
async function begin(catalogue: Catalogue, plan: PlanRow, answers: Answers, { wave }: ApplyInput): Promise<void> {
  await catalogue.store.transaction(async (tx) => {
    const now = await lockedPlan(tx.db, tx.dialect, String(plan.id));
    refuseUnappliable(now);
    if (now.state === 'applied') return;
    await switchActive(tx.db, plan.plugin_id, plan.version);
    const entry = now.state === 'planned' || wave ? { action: 'upgrade.applying' } : {};
    await movePlan(tx.db, catalogue, now, 'applying', {
      ...entry,
      answers,
      ...(wave && { detail: { wave: wave.name } }),
    });
  });
}

async function applyChunks(
  catalogue: Catalogue,
  plan: PlanRow,
  upgrade: CompiledUpgrade,
  answers: Answers,
  only: readonly number[] | null,
  { chunkSize = 500, wave, stopAbove, onProgress, signal }: ApplyInput,
): Promise<{ readonly outcomes: ChunkOutcome[]; readonly stopped: FailureRate | null }> {
  const { store } = catalogue;
  const states = await countStates(store.db, plan.id);
  const total = only ? only.length : Object.values(states).reduce((sum, count) => sum + count, 0);
  let done = only ? 0 : total - states.pending - states.open;
  const outcomes: ChunkOutcome[] = [];
  const keys = new UseKeys();
  let stopped: FailureRate | null = null;
  const pass = async (wait: boolean): Promise<number> => {
    let looked = 0;
    for (let after = 0; ; ) {
      signal?.throwIfAborted();
      const job = { plan, upgrade, answers, keys, only, wave: wave?.name ?? null, after, size: chunkSize, wait };
      const outcome = await applyChunk(catalogue, job);
      if (outcome.last === null) return looked;
      outcomes.push(outcome);
      after = outcome.last;
      looked += outcome.applied + outcome.skipped;
      done += outcome.applied + outcome.skipped;
      onProgress?.({ done, total });
      stopped = await failuresAbove(catalogue, plan, outcomes, stopAbove);
      if (stopped) return looked;
      // whoever else lives in this process gets a turn
      await new Promise((turn) => setImmediate(turn));
    }
  };
  if (store.dialect === 'sqlite') {
    await pass(true);
    return { outcomes, stopped };
  }
  await pass(false);
  // then wait for what other servers and editors held; a row that was edited while waited for shows up a pass later
  for (let idle = 0; idle < 3 && !stopped; ) idle = (await pass(true)) > 0 ? 0 : idle + 1;
  return { outcomes, stopped };
}

async function finish(catalogue: Catalogue, plan: PlanRow): Promise<void> {
  await catalogue.store.transaction(async (tx) => {
    const now = await lockedPlan(tx.db, tx.dialect, String(plan.id));
    const { pending, open, applied, skipped } = await countStates(tx.db, plan.id);
    if (now.state !== 'applying' || pending + open > 0) return;
    await movePlan(tx.db, catalogue, now, 'applied', { action: 'upgrade.applied', detail: { applied, skipped } });
  });
}

async function resultOf(
  catalogue: Catalogue,
  plan: PlanRow,
  outcomes: readonly ChunkOutcome[],
  stopped: FailureRate | null = null,
): Promise<ApplyResult> {
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
    stopped,
    remaining: pending + open,
    stillBelow: await countBelow(catalogue, plan.plugin_id, summary.to),
  };
}

async function countBelow({ store }: Catalogue, pluginId: string, to: number): Promise<number> {
  const keys = await useKeysOf(store.db, { plugin: pluginId });
  const rows = await store.db
    .selectFrom('process_use')
    .select((is) => is.fn.count<number>('process_id').distinct().as('n'))
    .where('key_id', 'in', keys.length > 0 ? keys : [-1])
    .where('version', '<', to)
    .executeTakeFirstOrThrow();
  return rows.n;
}
