import { type Answers, openQuestions, type PlannedProcess } from '../../upgrade/index.ts';
import type { Catalogue } from '../catalogue.ts';
import { planEntries } from './plan-entries.ts';
import type { FailureRate } from './plan-rollout.ts';
import { planRow, planSummary } from './plan-summary.ts';
import { waveReports } from './wave-report.ts';

/** Both shares of a plan so far, whoever applied it: by the tables. */
export async function failureRates(catalogue: Catalogue, planId: string): Promise<FailureRate[]> {
  const reports = await waveReports(catalogue, planId);
  const sum = (count: (report: (typeof reports)[number]) => number) =>
    reports.reduce((all, one) => all + count(one), 0);
  const open = sum(({ processes }) => processes.open);
  const settled = sum(({ processes }) => processes.applied + processes.skipped);
  const failed = sum(({ runs }) => runs.failed);
  return [
    { of: 'processes', failed: open, total: settled + open },
    { of: 'runs', failed, total: failed + sum(({ runs }) => runs.succeeded) },
  ];
}

/**
 * The first of the two shares that is above the limit (0 to 1), or null. Nothing to judge by is no failure. `answers`:
 * beside those that the plan has.
 */
export async function failuresAbove(
  catalogue: Catalogue,
  planId: string,
  limit: number | null,
  answers: Answers = {},
): Promise<FailureRate | null> {
  if (limit === null) return null;
  const isAbove = ({ failed, total }: FailureRate) => total > 0 && failed / total > limit;
  for (const rate of await failureRates(catalogue, planId)) {
    if (!isAbove(rate)) continue;
    if (rate.of === 'runs') return rate;
    // what was answered since is open only until it is looked at again
    const unanswered = { ...rate, failed: await countUnanswered(catalogue, planId, answers) };
    if (isAbove(unanswered)) return unanswered;
  }
  return null;
}

async function countUnanswered({ store }: Catalogue, planId: string, given: Answers): Promise<number> {
  const plan = await planRow(store.db, planId);
  const answers = { ...planSummary(plan).answers, ...given };
  let count = 0;
  for (let last = 0; ; ) {
    const rows = await planEntries(store.db, plan.id)
      .select(['plan_process.process_id', 'detail'])
      .where('state', '=', 'open')
      .where('plan_process.process_id', '>', last)
      .orderBy('plan_process.process_id')
      .limit(500)
      .execute();
    count += rows.filter(({ detail }) => {
      const { asked } = JSON.parse(detail) as PlannedProcess;
      return openQuestions({ questions: asked }, answers).length > 0;
    }).length;
    if (rows.length < 500) return count;
    last = rows.at(-1)!.process_id;
  }
}
