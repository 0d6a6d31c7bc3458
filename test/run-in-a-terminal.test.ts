import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { testFolder } from './journey/folder.ts';
import { projectRoot, succeed } from './journey/lockstep.ts';
import { hasTmux, lockstepInTerminal } from './journey/tmux-terminal.ts';

const say = (name: string, script: string, properties = {}) => ({
  type: 'plugin',
  name,
  pluginName: 'Shell Command',
  pluginVersion: 3,
  commandName: 'Run Script',
  properties: { script, ...properties },
  children: [],
});

describe.skipIf(!hasTmux)('a request in a terminal (needs tmux)', () => {
  it('asks for what is missing, one after another, hides what is secret, and runs with the answers', async () => {
    const folder = await testFolder();
    const data = ['--data', join(folder, 'data')];
    const process = {
      name: 'Greet',
      properties: [],
      propDefs: [
        { name: 'who', label: 'Whom to greet', type: 'TEXT', required: true, value: '' },
        { name: 'pw', label: 'Password', type: 'SECURE', required: true, value: '' },
        { name: 'given', label: 'Given', type: 'TEXT', required: true, value: '' },
      ],
      rootActivity: {
        type: 'graph',
        name: 'g',
        edges: [{ to: 'Say', type: 'ALWAYS' }],
        children: [say('Say', 'echo "Hello ${p:who}, ${p:given}"; test "${p:pw}" = hush-hush')],
      },
    };
    await writeFile(join(folder, 'greet.json'), JSON.stringify(process));
    await succeed(['plugin', 'install', join(projectRoot, 'examples/step-plugins/shell/3'), ...data]);
    await succeed(['process', 'import', join(folder, 'greet.json'), ...data]);

    const terminal = await lockstepInTerminal(`run Greet --set given=once --data '${folder}/data'`, folder);
    await terminal.shows('Whom to greet');
    await terminal.type('World', 'Enter');
    await terminal.shows('Password');
    await terminal.type('hush-hush', 'Enter');
    // the step type's new property, with its choices
    await terminal.shows('(for "Say")');
    await terminal.type('Enter');
    const screen = await terminal.shows(/^left \d+$/m);
    expect(screen).toMatch(/^left 0$/m);
    expect(screen).toMatch(/Greet version 1 {2}succeeded/);
    expect(screen).not.toContain('hush-hush');
    expect(screen).not.toContain('Given');
    const run = /Run (\w+) of "Greet"/.exec(screen)![1]!;
    expect((await succeed(['run', 'log', run, 'Say', ...data])).stdout).toBe('Hello World, once\n');
  }, 300_000);
});
