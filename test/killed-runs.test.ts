import { describe, expect, it } from 'vitest';
import { killRuns } from './long/chaos-runs.ts';

describe('kill -9 of the server and of agents (npm run chaos:runs does it fifty times)', () => {
  it('loses no run, completes no step twice, and repeats nothing silently that must not be repeated', async () => {
    const report = await killRuns({ runs: 8, kills: 4 });
    expect(report.faults).toEqual([]);
    expect(report.ended).toEqual({ succeeded: report.runs });
  }, 120_000);
});
