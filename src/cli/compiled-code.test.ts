import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';

function homeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-home-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function help(env: Record<string, string>): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['src/cli/main.js', '--help'], {
    env,
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return stdout;
}

describe('compiled code', () => {
  it("is kept in the caller's own cache folder, and nothing among temporary files", () => {
    const home = homeFolder();
    mkdirSync(join(home, 'tmp'));
    expect(help({ HOME: home, TMPDIR: join(home, 'tmp') })).toMatch(/^Usage/);
    expect(readdirSync(join(home, '.cache/lockstep/compiled'))).toHaveLength(1);
    expect(readdirSync(join(home, 'tmp'))).toEqual([]);
  });

  it('is kept where XDG_CACHE_HOME or NODE_COMPILE_CACHE say', () => {
    const home = homeFolder();
    mkdirSync(join(home, 'caches'));
    help({ HOME: home, XDG_CACHE_HOME: join(home, 'caches') });
    expect(existsSync(join(home, 'caches/lockstep/compiled'))).toBe(true);
    help({ HOME: home, NODE_COMPILE_CACHE: join(home, 'here') });
    expect([existsSync(join(home, 'here')), existsSync(join(home, '.cache'))]).toEqual([true, false]);
  });

  it.each<Record<string, string>>([{}, { HOME: '/nowhere/at/all' }, { XDG_CACHE_HOME: 'not/absolute' }])(
    'is not kept where there is no such folder: %j',
    (env) => {
      const temporary = homeFolder();
      expect(help({ ...env, TMPDIR: temporary })).toMatch(/^Usage/);
      expect(readdirSync(temporary)).toEqual([]);
    },
  );
});
