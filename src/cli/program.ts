import { userInfo } from 'node:os';
import { Command, CommanderError, Option } from 'commander';
import { formatError, LockstepError } from '../failure/index.ts';
import { productVersion } from '../product/index.ts';
import type { CommandDeclaration, OptionDeclaration } from './command.ts';
import { chapterOf, firstSteps, groups, inChapters } from './help-chapters.ts';
import { plainJson, plainText } from './plain-text.ts';
import { standardTerminal } from './standard-terminal.ts';
import { translateError } from './translate-error.ts';
import { describeWhere, type Where, whereIs } from './where.ts';

/** Runs one command line (without `node main.js`) and returns the exit code. */
export async function runProgram(
  declarations: readonly CommandDeclaration[],
  argv: readonly string[],
): Promise<number> {
  let exitCode = 0;
  const interrupt = new AbortController();
  const onInterrupt = (): void => {
    if (interrupt.signal.aborted) process.exit(130);
    interrupt.abort(new LockstepError('interrupted', 'Stopped; what was finished is kept whole.'));
  };
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onInterrupt);

  const program = declare(meantBy(argv, declarations), async (declaration, command) => {
    exitCode = await perform(declaration, command, interrupt.signal, declarations);
  });
  if (argv.length === 0) {
    await write(`${program.helpInformation()}${firstSteps}\n`);
    return 0;
  }
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // commander has printed its message; --help and --version end well
    return error.exitCode === 0 ? 0 : 2;
  } finally {
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onInterrupt);
  }
  return exitCode;
}

/** What `--help` alone says where lines may have so many characters. */
export function firstHelp(declarations: readonly CommandDeclaration[], helpWidth: number): string {
  const program = declare(inChapters(declarations), async () => {}).configureHelp({ helpWidth });
  return `${program.helpInformation()}${firstSteps}\n`;
}

function declare(
  declarations: readonly CommandDeclaration[],
  run: (declaration: CommandDeclaration, command: Command) => Promise<void>,
): Command {
  const program = new Command('lockstep')
    .description('Keeps plugins and everything built on them in step.')
    .version(productVersion, '-v, --version')
    .enablePositionalOptions()
    .exitOverride()
    .showHelpAfterError('(add --help for the options)')
    .addHelpText('after', firstSteps);
  for (const declaration of declarations) {
    const command = commandFor(program, declaration.name.split(' ')).exitOverride();
    command.description(declaration.summary);
    for (const { name, description } of declaration.arguments ?? []) command.argument(name, description);
    for (const option of declaration.options ?? []) command.addOption(optionFor(option));
    if (declaration.data) for (const option of whereOptions(declaration)) command.addOption(option);
    command.option('--json', 'print the result as JSON');
    command.addHelpText('after', `\nExamples:\n${declaration.examples.map((line) => `  $ ${line}`).join('\n')}\n`);
    command.action(() => run(declaration, command));
  }
  return program;
}

/** What can be meant by the first word typed; everything where that word says nothing, for help and suggestions. */
function meantBy(argv: readonly string[], declarations: readonly CommandDeclaration[]): readonly CommandDeclaration[] {
  const meant = declarations.filter(({ name }) => name.split(' ', 1)[0] === argv[0]);
  return meant.length > 0 ? meant : inChapters(declarations);
}

async function perform(
  declaration: CommandDeclaration,
  command: Command,
  signal: AbortSignal,
  commands: readonly CommandDeclaration[],
): Promise<number> {
  const options = command.opts<Record<string, unknown>>();
  const json = options['json'] === true;
  const terminal = standardTerminal({ json });
  try {
    const place = { options, env: process.env, cwd: process.cwd() };
    // a command without data is handed a place that it does not ask
    const where = declaration.data ? whereIs(place, declaration.folderOnly) : nowhere;
    // what only says something about itself needs no machine
    const [action, { system }] = await Promise.all([declaration.load(), import('../ports/index.ts')]);
    if (declaration.data && declaration.data !== 'read') terminal.note(describeWhere(where, process.cwd()));
    const names = command.registeredArguments.map((argument) => argument.name());
    const result = await action({
      args: Object.fromEntries(names.map((name, index) => [name, command.processedArgs[index]])),
      options,
      terminal,
      where,
      access: declaration.data ?? 'read',
      cwd: process.cwd(),
      env: process.env,
      user: process.env['LOCKSTEP_USER'] ?? loginName(),
      signal,
      ports: system,
      commands,
    });
    terminal.progressEnd();
    const output = json ? formatValue(result.value) : ensureNewline(await forReader(result.text));
    await write(output);
    return result.exitCode ?? 0;
  } catch (thrown) {
    terminal.progressEnd();
    const error = translateError(thrown);
    if (json) await write(formatValue({ error: error.toJSON() }));
    const words = plainText(formatError(error));
    const inColour = wantsColour(process.stderr, process.env) && (await import('./paint.ts')).paintError(words);
    process.stderr.write(`${inColour || words}\n`);
    if (error.code === 'internal' && process.env['LOCKSTEP_DEBUG'])
      process.stderr.write(`${String(error.cause ?? error.stack)}\n`);
    return error.exitCode;
  }
}

function commandFor(program: Command, words: readonly string[]): Command {
  let command = program;
  let path = '';
  for (const word of words) {
    path = path === '' ? word : `${path} ${word}`;
    command =
      command.commands.find((known) => known.name() === word) ??
      command
        .command(word)
        .helpGroup(command === program ? chapterOf(word) : 'Commands:')
        .description(groups[path] ?? '')
        // `run watch ID --server URL`: the option belongs to `watch`, not to `run`
        .enablePositionalOptions()
        .exitOverride();
  }
  return command;
}

const nowhere: Where = { kind: 'data', data: '', database: null };

/** The same for every command that touches data; where.ts decides between them. */
function whereOptions({ folderOnly }: CommandDeclaration): Option[] {
  const atServer = [
    new Option('--server <url>', 'a running server (LOCKSTEP_SERVER)'),
    new Option('--token <token>', 'for the server (better: LOCKSTEP_TOKEN)'),
  ];
  const inFolder = [
    new Option('--data <dir>', 'a data folder (LOCKSTEP_DATA; ./lockstep-data unless given)'),
    new Option('--database <url>', 'its database postgres://… instead of SQLite (LOCKSTEP_DATABASE)'),
  ];
  // understood, so that it can be said why not
  return folderOnly === undefined
    ? [...atServer, ...inFolder]
    : [...inFolder, ...atServer.map((one) => one.hideHelp())];
}

function optionFor({ flags, description, choices, default: initial, repeatable }: OptionDeclaration): Option {
  const option = new Option(flags, description);
  if (choices) option.choices([...choices]);
  const one = option.parseArg as ((value: string, previous: undefined) => string) | undefined;
  if (repeatable)
    option.argParser((value: string, previous: string[] | undefined) => [
      ...(previous ?? []),
      one ? one(value, undefined) : value,
    ]);
  if (initial !== undefined) option.default(initial);
  return option;
}

function loginName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
}

/** Whether a stream is a terminal whose reader wants colour. */
function wantsColour({ isTTY }: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): boolean {
  return isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
}

/** A file or another program gets the text as it is; only a terminal could be steered by it. */
async function forReader(text: string): Promise<string> {
  if (!process.stdout.isTTY) return text;
  const plain = plainText(text);
  return wantsColour(process.stdout, process.env) ? (await import('./paint.ts')).paint(plain) : plain;
}

function formatValue(value: unknown): string {
  return `${plainJson(JSON.stringify(value, null, 2))}\n`;
}

function ensureNewline(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}

function write(text: string): Promise<void> {
  return new Promise((done, fail) => {
    // a reader that left (`| head`) is no failure
    process.stdout.write(text, (error) =>
      error && (error as NodeJS.ErrnoException).code !== 'EPIPE' ? fail(error) : done(),
    );
  });
}
