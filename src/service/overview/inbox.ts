import type { Inbox } from '../../api/overview.ts';
import { type Catalogue, listPlans, type PlanSummary } from '../../catalogue/index.ts';
import type { Given } from '../act.ts';
import { isInterrupted, openOfPlan } from '../plans/plan-views.ts';
import { workOnPlans } from '../plans/plan-work.ts';
import type { Services } from '../services.ts';

type Part<Name extends keyof Inbox> = Given<Inbox[Name]>;

const hour = 3_600_000;
const day = 24 * hour;

/** Plans that are not at their end. */
export async function openPlans(catalogue: Catalogue): Promise<PlanSummary[]> {
  const plans = await listPlans(catalogue, { limit: 1_000 });
  return plans.filter(({ state }) => state !== 'applied' && state !== 'undone');
}

/** Open questions of all plans, those that are answered together as one. */
export async function waitingQuestions(catalogue: Catalogue): Promise<Part<'questions'>> {
  const found: Part<'questions'>[number][] = [];
  for (const plan of await openPlans(catalogue)) {
    if (plan.state === 'undoing') continue;
    const open = await openOfPlan(catalogue, plan.id);
    for (const [key, alike] of Map.groupBy(open, ({ question }) => question.groupKey)) {
      const [{ question, processName }] = alike as [(typeof alike)[number]];
      found.push({
        plan: plan.id,
        plugin: plan.plugin,
        from: plan.from,
        to: plan.to,
        key,
        message: question.message,
        owner: question.owner,
        choices: question.choices,
        freeText: question.freeText,
        count: alike.length,
        processes: new Set(alike.map((one) => one.question.processId)).size,
        example: { process: question.processId, name: processName, activity: question.activity },
        at: plan.createdAt,
      });
    }
  }
  return found;
}

/** Manual tasks, and steps of which nobody knows whether they were done. */
export async function waitingTasks({ store, runs }: Services): Promise<Part<'tasks'>> {
  const rows = await store.db
    .selectFrom('run')
    .select('run_id')
    .where('status', '=', 'running')
    .where('asking', '>', 0)
    .orderBy('requested_at')
    .limit(100)
    .execute();
  const shown = await Promise.all(rows.map(({ run_id: id }) => runs.runs.show(id).catch(() => null)));
  return shown.flatMap((run) =>
    (run?.stepList ?? []).flatMap(({ id, activity, state, startedAt }) =>
      state === 'asking' || state === 'uncertain'
        ? [{ run: run!.id, step: id, activity, process: run!.processName, state, since: startedAt }]
        : [],
    ),
  );
}

export async function waitingUndos(catalogue: Catalogue): Promise<Part<'undos'>> {
  const rows = await catalogue.store.db
    .selectFrom('plan_process')
    .select('plan_id')
    .select((is) => is.fn.countAll<number>().as('n'))
    .where('state', '=', 'conflict')
    .groupBy('plan_id')
    .execute();
  const byPlan = new Map(rows.map((row) => [String(row.plan_id), Number(row.n)]));
  if (byPlan.size === 0) return [];
  const plans = await listPlans(catalogue, { limit: 1_000 });
  return plans.flatMap(({ id, plugin, to, changedAt }) => {
    const conflicts = byPlan.get(id);
    return conflicts === undefined ? [] : [{ plan: id, plugin, to, conflicts, at: changedAt }];
  });
}

export async function recently(services: Services, catalogue: Catalogue, now: number): Promise<Part<'recent'>> {
  const since = new Date(now - day).toISOString();
  const failed = await services.store.db
    .selectFrom('run')
    .select(['run_id', 'process_name', 'reason', 'ended_at'])
    .where('status', '=', 'failure')
    .where('ended_at', '>=', since)
    .orderBy('ended_at', 'desc')
    .limit(20)
    .execute();
  const work = await workOnPlans(services).allWork();
  const plans = (await listPlans(catalogue, { limit: 200 })).flatMap((plan): Part<'recent'>[number][] => {
    const { id, plugin, to, state, changedAt, course } = plan;
    const interrupted = isInterrupted(state, work.has(id));
    const kind =
      state === 'paused'
        ? ('plan-paused' as const)
        : interrupted
          ? ('plan-interrupted' as const)
          : state === 'applied'
            ? ('plan-applied' as const)
            : state === 'undone'
              ? ('plan-undone' as const)
              : null;
    // what rests is named however long it has rested
    if (kind === null || (changedAt < since && kind !== 'plan-paused' && kind !== 'plan-interrupted')) return [];
    return [{ kind, id, name: `${plugin.name} ${to}`, detail: course.wave?.name ?? null, at: changedAt }];
  });
  const runs = failed.map((run) => ({
    kind: 'run-failed' as const,
    id: run.run_id,
    name: run.process_name,
    detail: run.reason,
    at: run.ended_at!,
  }));
  return [...plans, ...runs].sort((a, b) => (a.at < b.at ? 1 : -1)).slice(0, 20);
}

/** Ended runs by hour, the last 24. */
export async function runsByHour({ store }: Services, now: number): Promise<Part<'hours'>> {
  const first = Math.floor(now / hour) * hour - 23 * hour;
  const rows = await store.db
    .selectFrom('run')
    .select(['ended_at', 'status'])
    .where('ended_at', '>=', new Date(first).toISOString())
    .execute();
  const hours = Array.from({ length: 24 }, (_, index) => ({
    at: new Date(first + index * hour).toISOString(),
    succeeded: 0,
    failed: 0,
  }));
  for (const { ended_at: at, status } of rows) {
    const slot = hours[Math.floor((Date.parse(at!) - first) / hour)];
    if (!slot) continue;
    if (status === 'success') slot.succeeded += 1;
    if (status === 'failure') slot.failed += 1;
  }
  return hours;
}
