import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { testFolder } from './journey/folder.ts';
import { lockstep, outcomeOf, startLockstep } from './journey/lockstep.ts';

describe('the demo', () => {
  it('prints where the example plan can be looked at, serves it, and leaves nothing behind', async () => {
    const cwd = await testFolder();
    const child = startLockstep(['demo', '--no-open', '--web', cwd], { cwd, env: { TMPDIR: cwd } });
    let said = '';
    child.stderr?.on('data', async (piece: Buffer) => {
      said += piece;
      const [, base, id] = /(http:\S+\/)upgrades\/(\d+)/.exec(said) ?? [];
      const token = /(lockstep_\S+)/.exec(said)?.[1];
      if (!base || !token || !said.includes('ctrl-C')) return;
      const plan = await fetch(`${base}api/plans/${id}`, { headers: { authorization: `Bearer ${token}` } });
      said += `\nanswer ${plan.status} ${JSON.stringify(await plan.json()).slice(0, 200)}`;
      child.kill('SIGINT');
    });
    const { code } = await outcomeOf(child);
    expect(said).toMatch(/answer 200 .*org\.example\.fleet-tools/);
    expect(code).toBe(0);
    expect(existsSync(join(cwd, 'lockstep-data'))).toBe(false);
  });

  it('a backup never takes the place of another file', async () => {
    const cwd = await testFolder({ 'mine.zst': 'mine' });
    await lockstep(['process', 'import', join(import.meta.dirname, '../examples/processes/only-a-pause.json')], {
      cwd,
    });
    expect(await lockstep(['backup', 'mine.zst'], { cwd })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('mine.zst exists'),
    });
    expect((await lockstep(['backup', 'new.zst'], { cwd })).code).toBe(0);
  });
});
