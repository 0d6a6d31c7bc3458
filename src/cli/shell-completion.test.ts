import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { lockstep } from '../../test/journey/lockstep.ts';
import { commands } from './commands/index.ts';
import { completionScript } from './shell-completion.ts';

const run = promisify(execFile);

/** What bash would offer after these words. */
async function offered(...words: string[]): Promise<string[]> {
  const script = `compopt() { :; }
${completionScript('bash', commands)}
COMP_WORDS=(lockstep ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}; COMPREPLY=(); _lockstep; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return (await run('bash', ['-c', script])).stdout.split('\n').filter((word) => word !== '');
}

describe('completion --install', () => {
  it.each(['bash', 'zsh', 'fish'])(
    'puts the script where %s looks for it, and a second time changes nothing',
    async (shell) => {
      const home = await mkdtemp(join(tmpdir(), 'lockstep-home-'));
      await writeFile(join(home, '.zshrc'), 'alias l=lockstep');
      const env = { HOME: home, SHELL: `/usr/bin/${shell}`, XDG_DATA_HOME: '', XDG_CONFIG_HOME: '', ZDOTDIR: '' };
      const install = async () =>
        (await lockstep(['completion', '--install', '--json'], { env })).json<{ file: string }>();
      const { file } = await install();
      expect(file.startsWith(home)).toBe(true);
      expect(await readFile(file, 'utf8')).toBe(completionScript(shell as 'bash', commands));
      const start = await readFile(join(home, '.zshrc'), 'utf8');
      if (shell === 'zsh') expect(start).toMatch(new RegExp(`^alias l=lockstep\nfpath=\\("${dirname(file)}" .*\n$`));
      else expect(start).toBe('alias l=lockstep');
      await install();
      expect(await readFile(join(home, '.zshrc'), 'utf8')).toBe(start);
      await rm(home, { recursive: true });
    },
  );
});

describe('completion', () => {
  it('offers commands, their words and their options, in bash', async () => {
    expect(await offered('ser')).toEqual(['serve']);
    expect(await offered('token', '')).toEqual(expect.arrayContaining(['list', 'create', 'revoke']));
    expect(await offered('serve', '--po')).toEqual(['--port']);
    expect(await offered('token', 'create', 'label', '--sc')).toEqual(['--scope']);
  });

  it('names every command and every option for every shell', () => {
    for (const shell of ['bash', 'zsh', 'fish'] as const) {
      const script = completionScript(shell, commands);
      for (const { name, options = [] } of commands) {
        for (const word of name.split(' ')) expect(script).toContain(word);
        for (const { flags } of options) {
          const [long] = /--[a-z][a-z-]*/.exec(flags) ?? [];
          if (long) expect(script).toContain(shell === 'fish' ? `-l ${long.slice(2)}` : long);
        }
      }
    }
  });
});
