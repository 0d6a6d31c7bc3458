import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Recoverable, start } from 'node:repl';
import { inspect } from 'node:util';
import type { Context } from 'node:vm';
import type { Client } from '../../../api/client.ts';
import { formatError } from '../../../failure/index.ts';
import { type CommandAction, type CommandInput, textOption } from '../../command.ts';
import { plainText } from '../../plain-text.ts';
import { completeLine } from '../../shell/complete-line.ts';
import { evaluateLine, isIncomplete, shellContext } from '../../shell/evaluate-line.ts';
import { shellNames } from '../../shell/shell-names.ts';
import { translateError } from '../../translate-error.ts';
import { withClient } from '../../with-client.ts';

/** A prompt, lines from a pipe, or one line (`-c`), on a server or a data folder. */
export const shell: CommandAction = (input) =>
  withClient(input, async (place) => {
    const code = textOption(input, 'code');
    const shown: string[] = [];
    // each result as it comes; `--json` prints one value at the end
    const print = (text: string): void => {
      if (code !== undefined && input.terminal.json) shown.push(text);
      else process.stdout.write(`${plainText(text)}\n`);
    };
    const context = shellContext(shellNames(place, print));
    if (code === undefined) {
      // the address, the token or the folder is tried before the first line is typed
      await place.client.plugins.listPlugins({ query: { state: 'installed' } });
      await prompt(input, place.client, context);
      return { value: null, text: '' };
    }
    let value: unknown;
    for (const line of wholeLines(code)) {
      value = await evaluateLine(line, context);
      input.terminal.progressEnd();
      if (value !== undefined) print(show(value, false));
    }
    return { value: value ?? null, text: shown.join('\n') };
  });

/** The lines of a text, those that go on joined together. */
function wholeLines(code: string): string[] {
  const whole: string[] = [];
  let open = '';
  for (const line of code.split('\n')) {
    open = open === '' ? line : `${open}\n${line}`;
    if (isIncomplete(open)) continue;
    if (open.trim() !== '') whole.push(open);
    open = '';
  }
  return open === '' ? whole : [...whole, open];
}

function show(value: unknown, colors: boolean): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return colors ? inspect(value, { colors }) : value;
  return inspect(value, { depth: 8, colors, maxArrayLength: 1000, breakLength: 100, compact: 2 });
}

async function prompt({ terminal, env, signal }: CommandInput, client: Client, context: Context): Promise<void> {
  let turn: Promise<void> = Promise.resolve();
  const colors = Boolean(process.stdout.isTTY) && env['NO_COLOR'] === undefined;
  if (terminal.interactive) process.stdout.write('Lockstep. help() lists what there is; Ctrl-D leaves.\n');
  const repl = start({
    prompt: terminal.interactive ? 'lockstep> ' : '',
    useColors: colors,
    writer: (value: unknown) =>
      typeof value === 'string' && value.startsWith('\u0000') ? value.slice(1) : show(value, colors),
    ignoreUndefined: true,
    completer: (line: string, done: (error: null, found: [string[], string]) => void) => {
      completeFrom(client, line, context).then((found) => done(null, found));
    },
    eval: (code, _context, _file, done) => {
      if (isIncomplete(code) && terminal.interactive) {
        done(new Recoverable(new SyntaxError('more')), undefined);
        return;
      }
      // lines from a pipe come faster than they are done
      turn = turn
        .then(() => evaluateLine(code, context))
        // said as a line of ours, not as a stack
        .catch((thrown: unknown) => `\u0000${plainText(formatError(translateError(thrown)))}`)
        .then((value) => {
          terminal.progressEnd();
          done(null, value);
        });
    },
  });
  if (terminal.interactive) {
    const folder = env['XDG_STATE_HOME'] ?? join(homedir(), '.local/state');
    mkdirSync(join(folder, 'lockstep'), { recursive: true });
    repl.setupHistory(join(folder, 'lockstep', 'shell-history'), () => {});
  }
  const leave = (): void => repl.close();
  signal.addEventListener('abort', leave, { once: true });
  await new Promise<void>((done) => repl.once('exit', done));
  await turn;
  signal.removeEventListener('abort', leave);
}

async function completeFrom(client: Client, line: string, context: Context): Promise<[string[], string]> {
  const wantsIds = /['"][^'"]*$/.test(line);
  const ids = wantsIds
    ? await client.plugins.listPlugins().then(
        ({ items }) => items.map(({ id }) => id),
        () => [],
      )
    : [];
  return completeLine(line, context, ids);
}
