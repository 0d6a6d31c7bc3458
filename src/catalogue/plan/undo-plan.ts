import { LockstepError } from '../../failure/index.ts';
import { type Answers, checkAnswers, type Question } from '../../upgrade/index.ts';
import { said } from '../activity.ts';
import type { Catalogue } from '../catalogue.ts';
import { switchActive } from '../plugin/plugins.ts';
import { UseKeys } from '../process/use-keys.ts';
import { activeAgain } from './active-again.ts';
import type { ApplyProgress } from './apply-plan.ts';
import { type CreatePlanInput, createPlan } from './create-plan.ts';
import { countStates, lockedPlan, movePlan } from './plan-journal.ts';
import { rolloutOf } from './plan-rollout.ts';
import { type PlanRow, type PlanSummary, planRow, planSummary } from './plan-summary.ts';
import { type MergedProcess, type UndoneChunk, undoChunk } from './undo-chunk.ts';
import { undoDecisions, undoRules } from './undo-decision.ts';

export interface UndoPlanInput {
  /** To the questions of processes that cannot be merged [DO-6]. */
  readonly answers?: Answers;
  /** Only what was applied with this wave; the plugin's version stays. */
  readonly wave?: string;
  /** In the person's words; kept in the activity. */
  readonly why?: string;
  readonly chunkSize?: number;
  readonly onProgress?: (progress: ApplyProgress) => void;
  readonly signal?: AbortSignal;
}

export interface UndoResult {
  readonly plan: PlanSummary;
  /** The plugin's former version where it is active again; null after a wave, and where somebody has moved on since. */
  readonly activeAgain: string | null;
  /** Put back to the bytes they had. */
  readonly restored: number;
  readonly merged: readonly MergedProcess[];
  /** Edited since in a way that cannot be merged; left as they are until answered. */
  readonly conflicts: readonly {
    readonly id: string;
    readonly name: string;
    readonly questions: readonly Question[];
  }[];
}

/**
 * Takes a plan, or a wave of it, back, in chunks like applying. A process that was not edited since gets the bytes that
 * it had; an edited one is merged three ways, and what cannot be merged is a question: answer it and undo again. The
 * plugin's former version is active again at once [DO-6].
 */
export async function undoPlan(catalogue: Catalogue, id: string, input: UndoPlanInput = {}): Promise<UndoResult> {
  const plan = await planRow(catalogue.store.db, id);
  refuseNotUndoable(plan);
  if (plan.state === 'undone') return resultOf(catalogue, plan, [], input);
  await refuseOvertaken(catalogue, plan, input);
  await checkUndoAnswers(catalogue, plan, input.answers ?? {});
  const answers = { ...(JSON.parse(plan.answers) as Answers), ...input.answers };
  await begin(catalogue, plan, answers, input);
  const chunks = await undoChunks(catalogue, plan, answers, input);
  await finish(catalogue, plan, input);
  return resultOf(catalogue, plan, chunks, input);
}

/** [ASK-2] */
async function checkUndoAnswers(catalogue: Catalogue, plan: PlanRow, given: Answers): Promise<void> {
  if (Object.keys(given).length === 0) return;
  const questions: Question[] = [];
  for await (const decisions of undoDecisions(catalogue, plan, {})) {
    questions.push(...decisions.flatMap((decision) => decision.questions));
  }
  checkAnswers(questions, given);
}

function refuseNotUndoable(plan: PlanRow): void {
  if (plan.state !== 'planned' && plan.state !== 'planning') return;
  throw new LockstepError('plan-state', `Plan ${plan.id} was not applied: there is nothing to undo.`, {
    hint: 'Apply it first, or leave it.',
  });
}

/** What a later plan of the same plugin took further goes back by that one first; people would be asked about each step. */
export async function refuseOvertaken(
  { store }: Catalogue,
  plan: PlanRow,
  { wave }: Pick<UndoPlanInput, 'wave'> = {},
): Promise<void> {
  const rows = await store.db
    .selectFrom('plan')
    .selectAll()
    .where('plugin_id', '=', plan.plugin_id)
    .where('id', '>', plan.id)
    .where(({ exists, selectFrom }) => {
      const both = selectFrom('plan_process as later')
        .innerJoin('plan_process as mine', 'mine.process_id', 'later.process_id')
        .select('later.plan_id')
        .whereRef('later.plan_id', '=', 'plan.id')
        .where('mine.plan_id', '=', plan.id)
        .where('mine.state', 'in', ['applied', 'conflict'])
        .where('later.state', 'in', ['applied', 'conflict']);
      return exists(wave === undefined ? both : both.where('mine.wave', '=', wave));
    })
    .orderBy('id', 'desc')
    .execute();
  const { succeeds } = planSummary(plan);
  const later = rows.find((row) => planSummary(row).succeeds?.id === succeeds?.id);
  if (!later) return;
  throw new LockstepError('plan-state', `Plan ${later.id} took what plan ${plan.id} carried over further.`, {
    hint: `Take plan ${later.id} back first: lockstep upgrade undo ${later.id}`,
  });
}

async function begin(
  catalogue: Catalogue,
  plan: PlanRow,
  answers: Answers,
  { wave, why }: UndoPlanInput,
): Promise<void> {
  await catalogue.store.transaction(async (tx) => {
    const now = await lockedPlan(tx, String(plan.id));
    if (wave !== undefined) {
      // what is applied no more as a whole rests until somebody goes on
      const state = now.state === 'applied' || now.state === 'applying' ? 'paused' : now.state;
      const pause = { why: 'asked', rate: null, at: catalogue.now(), by: catalogue.user } as const;
      const rollout = { ...rolloutOf(now), ...(state !== now.state && { pause }) };
      await movePlan(tx.db, catalogue, now, state, {
        action: 'upgrade.undoing',
        answers,
        rollout,
        detail: { wave, ...said(why) },
      });
      return;
    }
    if (now.state === 'undone') return;
    await refuseUninstalled(tx.db, now);
    await switchBack(tx.db, now);
    const entry = now.state === 'undoing' && why === undefined ? {} : { action: 'upgrade.undoing', detail: said(why) };
    await movePlan(tx.db, catalogue, now, 'undoing', { ...entry, answers });
  });
}

/** Uses go back to a plugin whose steps could not run any more [DO-6]. */
async function refuseUninstalled(db: Catalogue['store']['db'], plan: PlanRow): Promise<void> {
  const { succeeds } = planSummary(plan);
  if (!succeeds) return;
  const rows = await db.selectFrom('plugin_version').select('state').where('plugin_id', '=', succeeds.id).execute();
  // what never was here was not missed before either
  if (rows.length === 0 || rows.some(({ state }) => state === 'installed')) return;
  throw new LockstepError('plugin-not-found', `${succeeds.name} (${succeeds.id}) was uninstalled since.`, {
    hint: `Install ${succeeds.id} again, then undo: its steps could not run otherwise.`,
  });
}

/** The former version is active again, unless somebody has moved on to another one since. */
async function switchBack(db: Catalogue['store']['db'], plan: PlanRow): Promise<void> {
  const { active_version } = await db
    .selectFrom('plugin')
    .select('active_version')
    .where('id', '=', plan.plugin_id)
    .executeTakeFirstOrThrow();
  if (active_version !== plan.version || plan.former_version === null) return;
  await switchActive(db, plan.plugin_id, plan.former_version);
}

async function undoChunks(
  catalogue: Catalogue,
  plan: PlanRow,
  answers: Answers,
  { wave, chunkSize = 500, onProgress, signal }: UndoPlanInput,
): Promise<UndoneChunk[]> {
  const states = await countStates(catalogue.store.db, plan.id);
  const total = states.applied + states.conflict;
  const chunks: UndoneChunk[] = [];
  const keys = new UseKeys();
  const rules = await undoRules(catalogue.store.db, plan);
  let done = 0;
  for (let after = 0; ; ) {
    signal?.throwIfAborted();
    const chunk = await undoChunk(catalogue, {
      plan,
      answers,
      keys,
      rules,
      wave: wave ?? null,
      after,
      size: chunkSize,
    });
    if (chunk.last === null) return chunks;
    chunks.push(chunk);
    after = chunk.last;
    done += chunk.restored + chunk.merged.length + chunk.conflicts.length;
    onProgress?.({ done, total });
    await catalogue.clock.turn();
  }
}

async function finish(catalogue: Catalogue, plan: PlanRow, { wave }: UndoPlanInput): Promise<void> {
  if (wave !== undefined) return;
  await catalogue.store.transaction(async (tx) => {
    const now = await lockedPlan(tx, String(plan.id));
    const { applied, conflict, undone } = await countStates(tx.db, plan.id);
    if (now.state !== 'undoing' || applied + conflict > 0) return;
    await movePlan(tx.db, catalogue, now, 'undone', { action: 'upgrade.undone', detail: { undone } });
  });
}

async function resultOf(
  { store }: Catalogue,
  plan: PlanRow,
  chunks: readonly UndoneChunk[],
  { wave }: Pick<UndoPlanInput, 'wave'>,
): Promise<UndoResult> {
  return {
    plan: planSummary(await planRow(store.db, String(plan.id))),
    activeAgain: await activeAgain(store.db, plan, wave),
    restored: chunks.reduce((sum, { restored }) => sum + restored, 0),
    merged: chunks.flatMap(({ merged }) => merged),
    conflicts: chunks.flatMap(({ conflicts }) => conflicts),
  };
}

/** Plans an undone plan again with the same options and answers; the new plan is to be applied. */
export async function redoPlan(
  catalogue: Catalogue,
  id: string,
  { only, why }: Pick<CreatePlanInput, 'only' | 'why'> = {},
): Promise<PlanSummary> {
  const { plugin, to, options, answers, state } = planSummary(await planRow(catalogue.store.db, id));
  if (state !== 'undone') {
    throw new LockstepError('plan-state', `Plan ${id} is ${state}, not undone.`, {
      hint: 'Only an undone plan is redone.',
    });
  }
  return createPlan(catalogue, { plugin: plugin.id, to, options, answers, ...(only && { only }), ...said(why) });
}
