import { execFile, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { testFolder } from './journey/folder.ts';
import { projectRoot } from './journey/lockstep.ts';

const run = promisify(execFile);
const present = spawnSync('tmux', ['-V']).status === 0;

/** A real terminal with the shell in it: keys go in, the screen is read. */
async function terminal(folder: string) {
  let screen = '';
  const socket = `lockstep-${randomUUID()}`;
  const tmux = (...words: string[]) => run('tmux', ['-L', socket, '-f', '/dev/null', ...words]);
  const main = join(projectRoot, 'src/cli/main.js');
  const command = `XDG_STATE_HOME='${folder}' NO_COLOR=1 '${process.execPath}' '${main}' shell --data '${folder}/data'; echo left; read end`;
  await tmux('new-session', '-d', '-x', '110', '-y', '40', '-s', 'a', command);
  onTestFinished(async () => {
    await tmux('kill-server').catch(() => {});
  });
  return {
    type: (...keys: string[]) => tmux('send-keys', '-t', 'a', ...keys),
    /** The screen, as soon as it shows this. */
    shows: (text: string | RegExp) =>
      vi
        .waitUntil(
          async () => {
            const { stdout } = await tmux('capture-pane', '-p', '-t', 'a');
            screen = stdout;
            return (typeof text === 'string' ? stdout.includes(text) : text.test(stdout)) && stdout;
          },
          { timeout: 25_000, interval: 100 },
        )
        .catch(() => {
          throw new Error(`${text} is not on the screen:\n${screen.trimEnd()}`);
        }),
  };
}

describe.skipIf(!present)('the shell in a terminal (needs tmux)', () => {
  it('completes names with Tab, says errors as a line, remembers what was typed, and leaves with Ctrl-D', async () => {
    const folder = await testFolder();
    const first = await terminal(folder);
    await first.shows('lockstep>');
    await first.type('plugins.upgradea', 'Tab');
    await first.shows('plugins.upgradeable');
    await first.type(')', 'Enter');
    await first.shows(/^\{\}$/m);
    await first.type("plugins.install('nosuch')", 'Enter');
    expect(await first.shows('→')).toContain('channel-not-set');
    await first.type('Up', 'Up');
    await first.shows(/plugins\.upgradeable\(\)\s*$/);
    await first.type('C-c', 'C-d');
    await first.shows(/^left$/m);
    expect(await readFile(join(folder, 'lockstep/shell-history'), 'utf8')).toContain("plugins.install('nosuch')");

    const second = await terminal(folder);
    await second.shows('lockstep>');
    await second.type('Up');
    await second.shows("lockstep> plugins.install('nosuch')");
  }, 90_000);
});
