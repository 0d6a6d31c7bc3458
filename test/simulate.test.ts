import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot } from './journey/lockstep.ts';

/** The rows of the table by their first cell: what arithmetic expects and what was simulated. */
function simulate(...parameters: string[]): Map<string, { expected: number; simulated: number }> {
  const out = execFileSync(process.execPath, [join(projectRoot, 'bench/simulate.ts'), ...parameters], {
    encoding: 'utf8',
  });
  const number = (text = '') => Number(text.replaceAll(',', ''));
  const rows = [...out.matchAll(/^\| (.+?) \| .+? \| (\S+) \| (\S+) \| .*\|$/gm)];
  return new Map(
    rows.map(([, what = '', expected, simulated]) => [
      what,
      { expected: number(expected), simulated: number(simulated) },
    ]),
  );
}

describe('npm run simulate', () => {
  it('agrees with the arithmetic beside it, and loses no chunk however often workers are killed', () => {
    const rows = simulate('--processes=1000000', '--kills-per-hour=600', '--agents=2000', '--steps-per-second=100');
    for (const what of ['questions for the index', 'agents at work', 'a step waits for its agent']) {
      const { expected, simulated } = rows.get(what)!;
      expect(Math.abs(simulated / expected - 1), what).toBeLessThan(0.1);
    }
    expect(rows.get('chunks lost')).toEqual({ expected: 0, simulated: 0 });
    expect(rows.get('chunks done again after a kill')!.simulated).toBeGreaterThan(0);
  });

  it('shows when agents are too few: steps wait', () => {
    const enough = simulate('--processes=1000').get('… the longest')!.simulated;
    const few = simulate('--processes=1000', '--agents=1000').get('… the longest')!.simulated;
    expect(few).toBeGreaterThan(100 * enough);
  });
});
