import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { projectRoot } from './journey/lockstep.ts';
import { plantedFaults } from './simulator/planted-faults.ts';
import { shrink } from './simulator/shrink.ts';
import { simulate } from './simulator/simulate.ts';

const run = promisify(execFile);

describe('servers in a simulated world', () => {
  it('keep every promise through 300 seeds', { timeout: 900_000 }, async () => {
    for (let seed = 1; seed <= 300; seed++) {
      const { violation, trace } = await simulate(seed);
      expect(violation, `npm run simulate:servers -- --seed ${seed}\n${trace.slice(-30).join('\n')}`).toBeNull();
    }
  });

  it('the same seed is the same world, step by step', async () => {
    for (const seed of [3, 4, 5, 6]) {
      const [one, other] = [await simulate(seed), await simulate(seed)];
      expect(other.digest).toBe(one.digest);
      expect(one.steps).toBeGreaterThan(20);
    }
  });

  it('each planted fault stands where it is to be put', () => {
    const astray = plantedFaults.filter(
      ({ file, from }) => !readFileSync(join(projectRoot, file), 'utf8').includes(from),
    );
    expect(astray.map(({ name }) => name)).toEqual([]);
  });

  it('a fault that was put into the code is found, and shown in fewer steps that people can read', {
    timeout: 300_000,
  }, async () => {
    const index = plantedFaults.findIndex(({ name }) => name === 'an undo over an edit');
    const { stdout } = await run(
      process.execPath,
      [
        '--import',
        './test/simulator/plant.ts',
        'test/long/planted-faults.ts',
        '--only',
        String(index),
        '--seeds',
        '100',
        '--shrink',
        '60',
      ],
      { env: { ...process.env, LOCKSTEP_PLANTED: String(index) } },
    );
    const [found, sizes, ...trace] = stdout.trimEnd().split('\n').reverse();
    expect(found).toMatch(/^\d+ \| .* has lost the edit/);
    const [small, whole] = /^(\d+) lines of (\d+)$/.exec(sizes!)!.slice(1).map(Number);
    expect(small).toBe(trace.length);
    // what is read at a glance may stay as long as it was
    expect(small).toBeLessThanOrEqual(Math.max(0.7 * whole!, 150));
    const said = trace.join('\n');
    for (const word of [/ {2}editor-\d +saves process \d+ — server-\d: done/, / {2}person +apply — server-\d: done/])
      expect(said).toMatch(word);
  });

  it('a trace is made smaller as long as it shows the same fault', async () => {
    const world = await simulate(9);
    const found = { ...world, violation: 'nothing: there is no such fault' };
    expect(await shrink(found, { tries: 3 })).toBe(found);
  });
});
