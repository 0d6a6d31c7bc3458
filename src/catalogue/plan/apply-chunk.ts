import { tracingChannel } from 'node:diagnostics_channel';
import { formatDocument, type ProcessDocument, parseTrustedJson } from '../../process/index.ts';
import { finishApplied, finishPlanProcesses, type PlanProcessState, type StoreTransaction } from '../../store/index.ts';
import {
  answerQuestions,
  applyToDocument,
  openQuestions,
  type PlannedProcess,
  planProcess,
  type Question,
} from '../../upgrade/index.ts';
import type { Catalogue } from '../catalogue.ts';
import {
  addNextVersions,
  followUses,
  movePointers,
  type NextVersion,
  type VersionMove,
} from '../process/write-versions.ts';
import { type ChunkRow, claimRows } from './apply-rows.ts';
import type { ChunkJob, OpenProcess, ReplannedProcess } from './chunk-job.ts';
import { keepPlanned } from './keep-answers.ts';
import { headerOf, replaceInHeader } from './plan-header.ts';
import { processInputOf } from './plan-input.ts';
import { lockedPlan } from './plan-journal.ts';
import type { PlanRow, StoredHeader } from './plan-summary.ts';

export interface ChunkOutcome {
  /** The highest id looked at, or null when none was left. */
  readonly last: number | null;
  readonly applied: number;
  readonly skipped: number;
  readonly replanned: readonly ReplannedProcess[];
  readonly open: readonly OpenProcess[];
}

const traced = tracingChannel('lockstep:plan.chunk');

/** Applies the next chunk of a plan in one transaction: versions, index and completion, or nothing [DO-3]. */
export async function applyChunk(catalogue: Catalogue, job: ChunkJob): Promise<ChunkOutcome> {
  return traced.tracePromise(() => applyIn(catalogue, job), { plan: job.plan.id, direction: 'apply' });
}

function applyIn(catalogue: Catalogue, job: ChunkJob): Promise<ChunkOutcome> {
  return catalogue.store.transaction(async (tx) => {
    const { rows, last } = await claimRows(tx, job);
    if (rows.length === 0) return outcomeOf(last, [], new Map());
    const more = await moreOf(tx, job.plan, rows.filter(needsMore));
    const decisions: Decision[] = [];
    const origin = { at: catalogue.now(), by: catalogue.user, reason: 'upgraded' as const, planId: job.plan.id };
    await addNextVersions(tx, decideAll(rows, more, job, decisions), origin);
    const moves = decisions.flatMap(({ next }) => (next ? [next] : []));
    await movePointers(tx, moves);
    await followUses(tx, job.keys, moves);
    await complete(tx, job, decisions);
    await followReplanned(tx, job, decisions, more);
    return outcomeOf(last, decisions, more);
  });
}

/** [ASK-3] What was edited and planned again is told by the plan as it is now, in its totals and groups too. */
async function followReplanned(
  tx: StoreTransaction,
  { plan, upgrade }: ChunkJob,
  decisions: readonly Decision[],
  more: More,
): Promise<void> {
  const edited = decisions.filter(({ row, baseVersion }) => baseVersion !== row.base_version && more.has(row.id));
  if (edited.length === 0) return;
  const now = edited.flatMap(({ replanned }) => replanned ?? []);
  for (const replanned of now) await keepPlanned(tx, plan.id, replanned);
  const before = edited.map(({ row }) => JSON.parse(more.get(row.id)!.detail) as PlannedProcess);
  const { header: text } = await lockedPlan(tx, String(plan.id));
  const header = JSON.parse(text) as StoredHeader;
  const next = replaceInHeader(header, headerOf(upgrade, before), headerOf(upgrade, now));
  await tx.db
    .updateTable('plan')
    .set({ header: JSON.stringify({ ...next, made: header.made ?? header.totals }) })
    .where('id', '=', plan.id)
    .execute();
}

/** The chunk's own completion, in its own transaction [DO-3]. */
async function complete(tx: StoreTransaction, { plan, wave }: ChunkJob, decisions: readonly Decision[]): Promise<void> {
  const asPlanned = ({ row, baseVersion, state }: Decision) => state === 'applied' && baseVersion === row.base_version;
  const ids = decisions.filter(asPlanned).map(({ row }) => row.id);
  if (ids.length > 0) await tx.bulk(finishApplied, [{ plan_id: plan.id, wave, ids: JSON.stringify(ids) }]);
  await tx.bulk(
    finishPlanProcesses,
    decisions
      .filter((decision) => !asPlanned(decision))
      .map(({ row, state, baseVersion, next }) => ({
        plan_id: plan.id,
        process_id: row.id,
        state,
        base_version: baseVersion,
        result_version: next ? next.expected + 1 : null,
        undo_version: null,
        wave,
        replanned: baseVersion === row.base_version ? row.replanned : 1,
      })),
  );
}

/** What is told about it, or asked in its plan, has to be looked up as well. */
function needsMore({ version, base_version, questions, work_id }: ChunkRow): boolean {
  return questions > 0 || version !== base_version || work_id === null;
}

type More = ReadonlyMap<number, Awaited<ReturnType<typeof readMore>>[number]>;

async function moreOf(tx: StoreTransaction, plan: PlanRow, rows: readonly ChunkRow[]): Promise<More> {
  return new Map(rows.length === 0 ? [] : (await readMore(tx, plan, rows)).map((row) => [row.id, row]));
}

function readMore(tx: StoreTransaction, plan: PlanRow, rows: readonly ChunkRow[]) {
  return tx.db
    .selectFrom('process')
    .innerJoin('plan_detail', 'plan_detail.process_id', 'process.id')
    .select(['process.id', 'name', 'kind', 'owner', 'draft', 'detail'])
    .where('plan_id', '=', plan.id)
    .where(
      'process.id',
      'in',
      rows.map(({ id }) => id),
    )
    .execute();
}

/** Decides about one after the other as the versions are asked for; no text is held longer than it takes to write it. */
function* decideAll(
  rows: readonly ChunkRow[],
  more: More,
  job: ChunkJob,
  decisions: Decision[],
): Generator<NextVersion> {
  for (const row of rows) {
    const { text, ...decision } = decide(row, more.get(row.id), job);
    decisions.push(decision);
    if (decision.next) yield { ...decision.next, text };
  }
}

interface Decision {
  readonly row: ChunkRow;
  /** The version that was looked at: as planned, or the edited one. */
  readonly baseVersion: number;
  /** Where it was planned again. */
  readonly replanned: PlannedProcess | null;
  readonly questions: readonly Question[];
  readonly state: PlanProcessState;
  readonly next: VersionMove | null;
}

/** With the text of its next version. */
type Decided = Decision & { readonly text: string };

function decide(row: ChunkRow, more: ReturnType<More['get']>, { upgrade, answers, keys, works }: ChunkJob): Decided {
  const nothing = { row, baseVersion: row.version, replanned: null, questions: [], next: null, text: '' };
  if (row.removed_at !== null) return { ...nothing, state: 'skipped' };
  const document = parseTrustedJson(row.document) as ProcessDocument;
  const edited = row.version !== row.base_version;
  const replanned = edited ? planProcess(upgrade, processInputOf({ ...row, ...more! }, document), answers) : null;
  if (edited && !replanned) return { ...nothing, state: 'skipped' };
  const work = row.work_id === null || row.questions > 0 ? null : works.get(row.work_id);
  const { uses, asked: questions } =
    replanned ?? (work ? { uses: work, asked: [] } : (JSON.parse(more!.detail) as PlannedProcess));
  const planned = { ...nothing, replanned, questions };
  if (questions.length > 0 && openQuestions({ questions }, answers).length > 0) return { ...planned, state: 'open' };
  const settled = questions.length > 0 ? { ...answers, ...answerQuestions({ questions }, answers) } : answers;
  const process = { id: String(row.id), name: document.name };
  const { document: after, changed } = applyToDocument(upgrade, { process, uses }, document, settled);
  if (!changed) return { ...planned, state: 'skipped' };
  const next = {
    processId: row.id,
    expected: row.version,
    before: keys.count(document),
    after: keys.count(after),
  };
  return { ...planned, state: 'applied', next, text: formatDocument(after) };
}

function outcomeOf(last: number | null, decisions: readonly Decision[], more: More): ChunkOutcome {
  const nameOf = ({ id }: ChunkRow): string => more.get(id)!.name;
  const edited = decisions.filter(({ row, baseVersion }) => baseVersion !== row.base_version);
  return {
    last,
    applied: decisions.filter(({ state }) => state === 'applied').length,
    skipped: decisions.filter(({ state }) => state === 'skipped').length,
    replanned: edited
      .filter(({ state }) => state !== 'open')
      .map(({ row }) => ({ id: String(row.id), name: nameOf(row), planned: row.base_version, found: row.version })),
    open: decisions
      .filter(({ state }) => state === 'open')
      .map(({ row, questions }) => ({ id: String(row.id), name: nameOf(row), questions })),
  };
}
