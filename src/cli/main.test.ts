import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { commands } from './commands/index.ts';
import { firstHelp } from './program.ts';

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

describe('the start of the command line', () => {
  it.each(['--version', '-v', '-V', 'version'])('says its version to "%s"', (word) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['src/cli/main.js', word], { encoding: 'utf8' });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('ends in peace when nobody reads on', async () => {
    const line = `"${process.execPath}" src/cli/main.js --help | head -1; exit "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = await promisify(execFile)('bash', ['-c', line]);
    expect({ stdout, stderr }).toEqual({ stdout: expect.stringMatching(/^Usage/), stderr: '' });
  });

  it.each([[], ['help'], ['-h'], ['--help']])('says the help that the build writes down to "%s"', (...line) => {
    const made = spawnSync(process.execPath, ['src/cli/main.js', ...line], { encoding: 'utf8' });
    expect({ ...made }).toMatchObject({ status: 0, stdout: firstHelp(commands, 80), stderr: '' });
    expect(firstHelp(commands, 120).split('\n').length).toBeLessThan(made.stdout.split('\n').length);
  });

  it('names the Node that it needs where this one is too old', () => {
    const old = `Object.defineProperty(process.versions, 'node', { value: '20.11.0' });`;
    const { status, stderr } = spawnSync(
      process.execPath,
      ['--import', `data:text/javascript,${encodeURIComponent(old)}`, 'src/cli/main.js', 'doctor'],
      { encoding: 'utf8' },
    );
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: expect.stringMatching(/^Lockstep needs Node.js 22\.\d+ or later; this is /),
    });
  });
});
