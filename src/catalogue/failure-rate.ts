import type { ChunkOutcome } from './apply-chunk.ts';
import type { Catalogue } from './catalogue.ts';
import type { PlanRow } from './plan-summary.ts';
import { waveReports } from './wave-report.ts';

/** A share of failures that was too high, and of what. */
export interface FailureRate {
  /** `processes` that could not be carried over, or `runs` of processes that were. */
  readonly of: 'processes' | 'runs';
  readonly failed: number;
  readonly total: number;
}

/** The first of the two shares that is above the limit (0 to 1), or null. Nothing to judge by is no failure. */
export async function failuresAbove(
  catalogue: Catalogue,
  plan: PlanRow,
  outcomes: readonly ChunkOutcome[],
  limit: number | undefined,
): Promise<FailureRate | null> {
  if (limit === undefined) return null;
  const open = new Set(outcomes.flatMap((outcome) => outcome.open.map(({ id }) => id))).size;
  const settled = outcomes.reduce((sum, { applied, skipped }) => sum + applied + skipped, 0);
  const reports = await waveReports(catalogue, String(plan.id));
  const runsFailed = reports.reduce((sum, { runs }) => sum + runs.failed, 0);
  const runsEnded = reports.reduce((sum, { runs }) => sum + runs.succeeded, runsFailed);
  const rates: FailureRate[] = [
    { of: 'processes', failed: open, total: settled + open },
    { of: 'runs', failed: runsFailed, total: runsEnded },
  ];
  return rates.find(({ failed, total }) => total > 0 && failed / total > limit) ?? null;
}
