import { type ProcessDocument, parseTrustedJson } from '../../process/index.ts';
import type { StoreTransaction } from '../../store/index.ts';
import {
  type Answers,
  answerTo,
  type CompiledUpgrade,
  fittingAnswers,
  type PlannedProcess,
  planProcess,
} from '../../upgrade/index.ts';
import { storedQuestions } from './plan-answers.ts';
import { planEntries } from './plan-entries.ts';
import { headerOf, replaceInHeader } from './plan-header.ts';
import type { PlanRow, StoredHeader } from './plan-summary.ts';

const page = 500;

/**
 * Keeps answers with a plan and makes the plan what it would do with them: processes that ask something are planned
 * again as they were looked at then, and totals and groups follow [ASK-3].
 */
export async function keepAnswers(
  tx: StoreTransaction,
  upgrade: CompiledUpgrade,
  plan: Pick<PlanRow, 'id' | 'answers' | 'header'>,
  answers: Answers,
  now: string,
): Promise<void> {
  const before = JSON.parse(plan.answers) as Answers;
  let header = JSON.parse(plan.header) as StoredHeader;
  const made = header.made ?? header.totals;
  for (let last = 0; ; ) {
    const rows = await askingRows(tx, plan.id, last);
    const changed = rows.flatMap((row) => {
      const planned = JSON.parse(row.detail) as PlannedProcess;
      if (planned.asked.every((one) => answerOrNone(one, before) === answerOrNone(one, answers))) return [];
      const { process, baseVersion } = planned;
      const document = parseTrustedJson(row.document) as ProcessDocument;
      const again = planProcess(upgrade, { ...process, version: baseVersion, document }, answers);
      return again ? [{ planned, again }] : [];
    });
    if (changed.length > 0) {
      const old = headerOf(
        upgrade,
        changed.map(({ planned }) => planned),
      );
      header = replaceInHeader(
        header,
        old,
        headerOf(
          upgrade,
          changed.map(({ again }) => again),
        ),
      );
      for (const { again } of changed) await keepPlanned(tx, plan.id, again);
    }
    if (rows.length < page) break;
    last = rows.at(-1)!.process_id;
  }
  await tx.db
    .updateTable('plan')
    .set({ answers: JSON.stringify(answers), header: JSON.stringify({ ...header, made }), changed_at: now })
    .where('id', '=', plan.id)
    .execute();
}

/** Gives a new plan what people answered to one that is open; what no question takes any more stays behind [ASK-2]. */
export async function carryAnswers(
  tx: StoreTransaction,
  upgrade: CompiledUpgrade,
  plan: PlanRow,
  given: Answers | null,
  now: string,
): Promise<void> {
  const answers = given ?? (await answersBefore(tx, plan));
  if (Object.keys(answers).length === 0) return;
  const fitting = fittingAnswers(await storedQuestions(tx.db, plan.id, ['pending'], null), answers);
  if (Object.keys(fitting).length > 0) await keepAnswers(tx, upgrade, plan, fitting, now);
}

/** To the latest plan of the same plugin and version that is neither applied nor undone: planning again must not ask again. */
async function answersBefore(tx: StoreTransaction, plan: PlanRow): Promise<Answers> {
  const before = await tx.db
    .selectFrom('plan')
    .select('answers')
    .where('plugin_id', '=', plan.plugin_id)
    .where('version', '=', plan.version)
    .where('state', 'in', ['planned', 'applying', 'paused'])
    .where('id', '<', plan.id)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return JSON.parse(before?.answers ?? '{}') as Answers;
}

function askingRows(tx: StoreTransaction, planId: number, last: number) {
  return planEntries(tx.db, planId)
    .innerJoin('process_version', (join) =>
      join
        .onRef('process_version.process_id', '=', 'plan_process.process_id')
        .onRef('process_version.version', '=', 'plan_process.base_version'),
    )
    .select(['plan_process.process_id', 'detail', 'document'])
    .where('questions', '>', 0)
    .where('plan_process.state', 'in', ['pending', 'open'])
    .where('plan_process.process_id', '>', last)
    .orderBy('plan_process.process_id')
    .limit(page)
    .execute();
}

/** An answer that was kept by an older version, and no longer fits, is none. */
function answerOrNone(question: PlannedProcess['asked'][number], answers: Answers): string | undefined {
  return answerTo(question, fittingAnswers([question], answers));
}

/** What was planned again is what the plan says from now on. */
export async function keepPlanned(tx: StoreTransaction, planId: number, planned: PlannedProcess): Promise<void> {
  const processId = Number(planned.process.id);
  await tx.db
    .updateTable('plan_detail')
    .set({ detail: JSON.stringify(planned) })
    .where('plan_id', '=', planId)
    .where('process_id', '=', processId)
    .execute();
  await tx.db
    .updateTable('plan_process')
    .set({ questions: planned.asked.length, group_id: planned.group, work_id: null })
    .where('plan_id', '=', planId)
    .where('process_id', '=', processId)
    .execute();
}
