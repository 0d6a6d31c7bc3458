import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { testFolder } from './journey/folder.ts';
import { succeed } from './journey/lockstep.ts';
import { hasTmux, lockstepInTerminal } from './journey/tmux-terminal.ts';

const shellIn = (folder: string) => lockstepInTerminal(`shell --data '${folder}/data'`, folder);

describe.skipIf(!hasTmux)('the shell in a terminal (needs tmux)', () => {
  it('completes names with Tab, says errors as a line, remembers what was typed, and leaves with Ctrl-D', async () => {
    const folder = await testFolder();
    await succeed(['process', 'import', 'examples/processes/restart-at-night.json', '--data', join(folder, 'data')]);
    const first = await shellIn(folder);
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
    await first.shows(/^left 0$/m);
    expect(await readFile(join(folder, 'lockstep/shell-history'), 'utf8')).toContain("plugins.install('nosuch')");

    const second = await shellIn(folder);
    await second.shows('lockstep>');
    await second.type('Up');
    await second.shows("lockstep> plugins.install('nosuch')");
  }, 300_000);
});
