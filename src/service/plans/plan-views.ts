import { sql } from 'kysely';
import type { AskedQuestion, PlanEntry, PlanGroup, PlanHeader, QuestionGroup } from '../../api/plans.ts';
import {
  type Catalogue,
  listPlanEntries,
  listPlans,
  type PlanSummary,
  planEntries,
  planQuestions,
  type PlanEntry as StoredEntry,
  showPlan,
} from '../../catalogue/index.ts';
import { LockstepError } from '../../failure/index.ts';
import { type Answers, answerTo, groupQuestions, openQuestions, type Question } from '../../upgrade/index.ts';
import type { Given } from '../act.ts';

interface Paging {
  readonly offset?: number;
  readonly limit?: number;
}

/** A plan without its lists, with how far it is. `operation` is what works on it now. */
export async function describeHeader(
  catalogue: Catalogue,
  id: string,
  operation: string | null,
): Promise<Given<PlanHeader>> {
  const plan = await showPlan(catalogue, id);
  const applied = plan.state === 'planned' ? 0 : await countDone(catalogue, plan);
  const asked = await allQuestions(catalogue, id);
  const { plugin, succeeds, from, to, options, createdAt, createdBy, totals, made, problems, state, course } = plan;
  return {
    id,
    plugin,
    ...(succeeds && { succeeds }),
    from,
    to,
    options,
    createdAt,
    createdBy,
    state,
    interrupted: isInterrupted(state, operation !== null),
    totals,
    ...(made && { totalsAsMade: made }),
    openQuestions: openQuestions({ questions: asked.map(({ question }) => question) }, plan.answers).length,
    applied,
    operation,
    course: { ...course, wave: course.wave?.name ?? null },
    problems,
  };
}

async function countDone({ store }: Catalogue, { id, state }: Pick<PlanSummary, 'id' | 'state'>): Promise<number> {
  const done = await store.db
    .selectFrom('plan_process')
    .select((is) => is.fn.countAll<number>().as('n'))
    .where('plan_id', '=', Number(id))
    .where('state', 'in', state === 'undoing' || state === 'undone' ? ['undone'] : ['applied', 'skipped'])
    .executeTakeFirstOrThrow();
  return Number(done.n);
}

/** Work was cut off, in either direction. */
export function isInterrupted(state: PlanHeader['state'], isWorkedOn: boolean): boolean {
  return (state === 'applying' || state === 'undoing') && !isWorkedOn;
}

export async function pageOfPlans(
  catalogue: Catalogue,
  query: Paging & { readonly plugin?: string; readonly state?: PlanHeader['state']; readonly interrupted?: boolean },
  work: ReadonlyMap<string, string>,
): Promise<{ items: Given<PlanHeader>[]; total: number }> {
  const { offset = 0, limit = 50, plugin, state, interrupted } = query;
  const plans = await listPlans(catalogue, { ...(plugin !== undefined && { plugin }), limit: 10_000 });
  const wanted = plans.filter(
    (plan) =>
      (state === undefined || plan.state === state) &&
      (interrupted === undefined || isInterrupted(plan.state, work.has(plan.id)) === interrupted),
  );
  const items: Given<PlanHeader>[] = [];
  for (const { id } of wanted.slice(offset, offset + limit)) {
    items.push(await describeHeader(catalogue, id, work.get(id) ?? null));
  }
  return { items, total: wanted.length };
}

export async function pageOfGroups(
  catalogue: Catalogue,
  id: string,
  { offset = 0, limit = 50 }: Paging,
): Promise<{ items: PlanGroup[]; total: number }> {
  const { groups, answers } = await showPlan(catalogue, id);
  const ordered = [...groups].sort((a, b) => b.count - a.count).slice(offset, offset + limit);
  const open = await openByGroup(catalogue, id, { groups: ordered.map((group) => group.id), answers });
  const items: PlanGroup[] = [];
  for (const group of ordered) {
    const { entries } = await listPlanEntries(catalogue, id, { group: group.id, limit: 1 });
    const [example] = entries;
    items.push({
      id: group.id,
      title: group.title,
      processes: group.count,
      example: example?.process.id ?? '',
      openQuestions: open.get(group.id) ?? 0,
      warnings: (example?.warnings.length ?? 0) * group.count,
    });
  }
  return { items, total: groups.length };
}

/** How many questions of each group nobody has answered yet; a group without any is left out. */
async function openByGroup(
  { store }: Catalogue,
  id: string,
  { groups, answers }: { readonly groups: readonly string[]; readonly answers: Answers },
): Promise<ReadonlyMap<string, number>> {
  if (groups.length === 0) return new Map();
  const rows = await planEntries(store.db, Number(id))
    .select(['group_id', 'detail'])
    .where('questions', '>', 0)
    .where('group_id', 'in', groups)
    .execute();
  const open = new Map<string, number>();
  for (const { group_id: group, detail } of rows) {
    const { asked } = JSON.parse(detail) as StoredEntry;
    const count = openQuestions({ questions: asked }, answers).length;
    if (count > 0) open.set(group, (open.get(group) ?? 0) + count);
  }
  return open;
}

export async function pageOfEntries(
  { store, ...catalogue }: Catalogue,
  id: string,
  query: Paging & {
    readonly group?: string;
    readonly search?: string;
    readonly state?: PlanEntry['state'];
    readonly questions?: boolean;
    readonly order?: 'id' | 'owner';
  },
): Promise<{ items: PlanEntry[]; total: number }> {
  const { answers } = await showPlan({ store, ...catalogue }, id);
  const { offset = 0, limit = 50, group, search, state, questions, order = 'id' } = query;
  let found = store.db.selectFrom('plan_process').where('plan_process.plan_id', '=', Number(id));
  if (group !== undefined) found = found.where('group_id', '=', group);
  if (questions) {
    const asking = new Set((await openOfPlan({ store, ...catalogue }, id)).map(({ question }) => question.processId));
    // within what a statement takes; nobody answers more one by one
    found = found.where('plan_process.process_id', 'in', [-1, ...[...asking].slice(0, 20_000).map(Number)]);
  }
  if (search) {
    const part = `%${search.toLowerCase()}%`;
    found = found.where(({ exists, selectFrom }) =>
      exists(
        selectFrom('process')
          .select('id')
          .whereRef('process.id', '=', 'plan_process.process_id')
          .where(sql<boolean>`(lower(name) like ${part} or lower(owner) like ${part})`),
      ),
    );
  }
  if (state !== undefined) {
    found = found.where('plan_process.state', '=', state);
  }
  const { total } = await found.select((is) => is.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
  const rows = await found
    .innerJoin('plan_detail', (join) =>
      join
        .onRef('plan_detail.plan_id', '=', 'plan_process.plan_id')
        .onRef('plan_detail.process_id', '=', 'plan_process.process_id'),
    )
    .innerJoin('process', 'process.id', 'plan_process.process_id')
    .select(['plan_process.state', 'detail'])
    .$if(order === 'owner', (of) => of.orderBy('process.owner').orderBy('process.name'))
    .orderBy('plan_process.process_id')
    .limit(limit)
    .offset(offset)
    .execute();
  const items = rows.map((row) =>
    describeEntry({ ...(JSON.parse(row.detail) as StoredEntry), state: row.state }, answers),
  );
  return { items, total: Number(total) };
}

export function describeEntry(entry: StoredEntry, answers: Answers): PlanEntry {
  const planned: Record<string, number> = {};
  for (const { outcome } of entry.uses) planned[outcome] = (planned[outcome] ?? 0) + 1;
  const valuesOf = (kind: 'dropped' | 'asked'): number =>
    entry.uses.reduce((sum, use) => sum + use.properties.filter((property) => property.kind === kind).length, 0);
  return {
    processId: entry.process.id,
    name: entry.process.name,
    kind: entry.process.kind,
    owner: entry.process.owner,
    baseVersion: entry.baseVersion,
    group: entry.group,
    uses: entry.uses.length,
    outcomes: planned,
    dropped: valuesOf('dropped'),
    asked: valuesOf('asked'),
    openQuestions: openQuestions({ questions: entry.asked }, answers).length,
    warnings: entry.warnings.length,
    state: entry.state,
  };
}

export async function findEntry(catalogue: Catalogue, id: string, process: string): Promise<StoredEntry> {
  const after = String(Number(process) - 1);
  const { entries } = await listPlanEntries(catalogue, id, { after, limit: 1 });
  const [entry] = entries;
  if (!entry || entry.process.id !== process) {
    throw new LockstepError('process-not-found', `Plan ${id} does not touch the process ${process}.`, {
      hint: 'The plan lists the processes that it touches.',
    });
  }
  return entry;
}

export async function pageOfQuestions(
  catalogue: Catalogue,
  id: string,
  query: Paging & {
    readonly open?: boolean;
    readonly owner?: Question['owner'];
    readonly process?: string;
    readonly wave?: string;
  },
): Promise<{ items: Given<AskedQuestion>[]; total: number }> {
  const { offset = 0, limit = 50, open, owner, process, wave } = query;
  const inWave =
    wave === undefined
      ? null
      : new Set((await planQuestions(catalogue, id, { name: wave, label: wave })).map((question) => question.id));
  const { answers } = await showPlan(catalogue, id);
  const all = await allQuestions(catalogue, id);
  const stillOpen = new Set(
    openQuestions({ questions: all.map(({ question }) => question) }, answers).map((one) => one.id),
  );
  const alike = new Map<string, number>();
  for (const { question } of all) alike.set(question.groupKey, (alike.get(question.groupKey) ?? 0) + 1);
  const wanted = all.filter(
    ({ question }) =>
      (open === undefined || stillOpen.has(question.id) === open) &&
      (owner === undefined || question.owner === owner) &&
      (process === undefined || question.processId === process) &&
      (inWave === null || inWave.has(question.id)),
  );
  const items = wanted.slice(offset, offset + limit).map(({ question, processName }) => ({
    question,
    processName,
    answer: stillOpen.has(question.id) ? null : (answerTo(question, answers) ?? null),
    alike: alike.get(question.groupKey) ?? 1,
  }));
  return { items, total: wanted.length };
}

/** What is read and answered together [ASK-1]. */
export async function questionGroups(catalogue: Catalogue, id: string): Promise<Given<QuestionGroup>[]> {
  const { answers } = await showPlan(catalogue, id);
  const questions = (await allQuestions(catalogue, id)).map(({ question }) => question);
  return groupQuestions(questions, answers).map((group) => ({
    ...group,
    count: group.variants.reduce((sum, { count }) => sum + count, 0),
  }));
}

/** The questions of a plan that nobody has answered yet. */
export async function openOfPlan(
  catalogue: Catalogue,
  id: string,
): Promise<{ question: Question; processName: string }[]> {
  const { answers } = await showPlan(catalogue, id);
  const all = await allQuestions(catalogue, id);
  const open = new Set(openQuestions({ questions: all.map(({ question }) => question) }, answers));
  return all.filter(({ question }) => open.has(question));
}

async function allQuestions({ store }: Catalogue, id: string): Promise<{ question: Question; processName: string }[]> {
  const rows = await planEntries(store.db, Number(id))
    .select('detail')
    .where('questions', '>', 0)
    .orderBy('plan_process.process_id')
    .execute();
  return rows.flatMap((row) => {
    const { asked, process } = JSON.parse(row.detail) as StoredEntry;
    return asked.map((question) => ({ question, processName: process.name }));
  });
}
