import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { projectRoot } from './journey/lockstep.ts';
import { Choices } from './simulator/choices.ts';
import { plantedFaults } from './simulator/planted-faults.ts';
import { shrink } from './simulator/shrink.ts';
import { type Outcome, simulate } from './simulator/simulate.ts';

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
        '400',
      ],
      { env: { ...process.env, LOCKSTEP_PLANTED: String(index) } },
    );
    const [found, sizes, ...trace] = stdout.trimEnd().split('\n').reverse();
    expect(found).toMatch(/^\d+ \| .* has lost the edit/);
    const [small, whole] = /^(\d+) lines of (\d+), \d+ replays; nothing can be left out$/
      .exec(sizes!)!
      .slice(1)
      .map(Number);
    expect(small).toBe(trace.length);
    trace.reverse();
    expect(small).toBeLessThan(whole!);
    // what it takes, and nothing else: one server, one upgrade, one edit after it, and no fault of the world
    const acts = trace.map((line) => line.trim().replace(/^[\d.]+ +/, ''));
    expect(acts.filter((act) => act.startsWith('editor'))).toEqual([
      expect.stringMatching(/saves process \d+ — server-1: done/),
    ]);
    expect(acts.filter((act) => act.startsWith('person ')).map((act) => act.split(/ +/).slice(1, 3).join(' '))).toEqual(
      ['plans —', 'apply —', 'go on'],
    );
    expect(acts.filter((act) => act.startsWith('server-') && !act.startsWith('server-1 '))).toEqual([]);
    expect(acts.filter((act) => /dies|lost|refused|later|twice|ends before|is set|full/.test(act))).toEqual([]);
  });
});

const [sync, write, crash] = [2, 5, 7];

/** A world in which each choice that is no zero is a step: what was written, not synced, and is crashed on is lost. */
async function disk(seed: number, given: readonly number[] | null = null): Promise<Outcome> {
  const choices = new Choices(seed, given);
  const trace: string[] = [];
  let [unsynced, lost] = [0, 0];
  for (let step = 0; step < 400 && lost < 2; step++) {
    const act = choices.draw(9);
    if (act === 0) continue;
    trace.push(`step ${act}`);
    if (act === write) unsynced++;
    if (act === sync) unsynced = 0;
    if (act === crash) [lost, unsynced] = [lost + (unsynced > 0 ? 1 : 0), 0];
  }
  const violation = lost < 2 ? null : `after ${trace.length} steps two writes are lost`;
  return { seed, violation, steps: trace.length, digest: '', trace, choices: choices.taken };
}

describe('a failure that is shrunk', () => {
  it.each([1, 2, 3, 4, 5])('comes to the smallest one that there is, from seed %i', async (seed) => {
    const found = await disk(seed);
    expect(found.violation).not.toBeNull();
    const small = await shrink(found, { replay: disk });
    expect(small.trace).toEqual(['step 5', 'step 7', 'step 5', 'step 7']);
    expect(small).toMatchObject({ choices: [write, crash, write, crash], isSmallest: true });
  });

  it('is as small as the replays allow, and says so', async () => {
    const found = await disk(1);
    const small = await shrink(found, { tries: 5, replay: disk });
    expect(small).toMatchObject({ isSmallest: false, replays: 5 });
    expect(small.trace.length).toBeLessThanOrEqual(found.trace.length);
  });

  it('stays the same fault', async () => {
    const found = { ...(await disk(1)), violation: 'nothing: there is no such fault' };
    expect((await shrink(found, { tries: 3, replay: disk })).trace).toBe(found.trace);
  });
});
