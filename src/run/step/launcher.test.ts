import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { processMark } from './child-process.ts';
import type { LaunchJob } from './launch-job.ts';
import { openLauncher } from './launcher.ts';
import { defaultLogLimits } from './step-log.ts';

const root = mkdtempSync(join(tmpdir(), 'lockstep-launcher-'));
const launcher = openLauncher();
afterAll(() => {
  launcher.close();
  rmSync(root, { recursive: true, force: true, maxRetries: 10 });
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(root, 'f-'));
});

const job = (script: string, fields: Partial<LaunchJob> = {}): LaunchJob => ({
  words: ['/bin/sh', '-c', script],
  cwd: folder,
  environment: { PATH: process.env['PATH'] },
  timeLimitSeconds: null,
  graceMilliseconds: 200,
  logFile: join(folder, 'log'),
  secrets: [],
  logLimits: defaultLogLimits,
  processFile: join(folder, 'process.json'),
  ...fields,
});
const never = new AbortController().signal;

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((later) => setTimeout(later, 10));
}

/** What a script wrote, once it has; it moves the file into its place. */
async function told(name: string): Promise<number[]> {
  await until(() => existsSync(join(folder, name)));
  return readFileSync(join(folder, name), 'utf8').trim().split(' ').map(Number);
}
const tell = (words: string): string => `echo ${words} > told.tmp; mv told.tmp told;`;
const isOver = (pid: number): boolean =>
  processMark(pid) === null || / Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));

describe('the launcher', () => {
  it('runs many commands at once, each with its own end, log and environment', async () => {
    const runs = Array.from({ length: 20 }, (_, number) =>
      launcher.run(
        job(`echo "I am $NAME"; exit ${number}`, {
          logFile: join(folder, `log${number}`),
          processFile: join(folder, `process${number}`),
          environment: { NAME: `n${number}` },
        }),
        never,
      ),
    );
    const ends = await Promise.all(runs);
    expect(ends.map(({ end }) => end)).toEqual(ends.map((_, number) => ({ kind: 'exited', exitCode: number })));
    for (let number = 0; number < 20; number++)
      expect(readFileSync(join(folder, `log${number}`), 'utf8')).toBe(`I am n${number}\n`);
  });

  it('masks in the log, and tells how long it is', async () => {
    const { end, logBytes } = await launcher.run(job('echo the secret word', { secrets: ['secret'] }), never);
    expect(end).toEqual({ kind: 'exited', exitCode: 0 });
    expect(readFileSync(join(folder, 'log'), 'utf8')).toBe('the •••• word\n');
    expect(logBytes).toBe(Buffer.byteLength('the •••• word\n'));
  });

  it('does not begin what was cancelled before', async () => {
    expect(await launcher.run(job(tell('1')), AbortSignal.abort())).toMatchObject({ end: { kind: 'cancelled' } });
    expect(existsSync(join(folder, 'told'))).toBe(false);
  });

  it('a machine that fails is an answer too', async () => {
    const { end } = await launcher.run(job('true', { logFile: '/dev/null/log' }), never);
    expect(end).toMatchObject({ kind: 'broken', message: expect.stringMatching(/EEXIST|ENOTDIR/) });
  });

  it('keyboard signals are for the agent to decide about', async () => {
    const running = launcher.run(job(`${tell('$PPID')} while ! test -e go; do sleep 0.01; done`), never);
    const [pid] = await told('told');
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.kill(pid!, signal);
    await launcher.run(job('touch go', { processFile: join(folder, 'other.json') }), never);
    expect(await running).toMatchObject({ end: { kind: 'exited', exitCode: 0 } });
  });

  it('when it is killed, its commands are ended and failed, and the next one gets a new launcher', async () => {
    const running = launcher.run(job(`${tell('$PPID $$')} while :; do sleep 1; done`), never);
    const [pid, step] = await told('told');
    await until(() => existsSync(join(folder, 'process.json')));
    process.kill(pid!, 'SIGKILL');
    expect(await running).toMatchObject({ end: { kind: 'broken', message: expect.stringContaining('SIGKILL') } });
    await until(() => isOver(step!));
    expect(await launcher.run(job('exit 3'), never)).toMatchObject({ end: { kind: 'exited', exitCode: 3 } });
  });

  it('when its agent is killed, it ends every command, those that ignore SIGTERM too, and leaves', async () => {
    const script = `trap '' TERM; ${tell('$PPID $$')} while :; do sleep 1; done`;
    const agent = spawn(process.execPath, [
      '--input-type=module',
      '-e',
      `const { openLauncher } = await import(${JSON.stringify(pathToFileURL(join(import.meta.dirname, 'launcher.ts')))});
       await openLauncher().run(${JSON.stringify(job(script))}, new AbortController().signal)`,
    ]);
    const [pid, step] = await told('told');
    agent.kill('SIGKILL');
    await until(() => isOver(step!) && isOver(pid!));
  });
});
