import { LockstepError } from '../failure/index.ts';
import type { Ports } from '../ports/index.ts';
import type { Access } from '../service/index-local.ts';
import type { Terminal } from './terminal.ts';
import type { Where } from './where.ts';

/** A command as data; its action is loaded only when it is called, so that `--help` stays quick. */
export interface CommandDeclaration {
  /** Words as typed: `plugin install`. */
  readonly name: string;
  readonly summary: string;
  readonly arguments?: readonly { readonly name: string; readonly description: string }[];
  readonly options?: readonly OptionDeclaration[];
  /** Complete command lines, shown by --help. */
  readonly examples: readonly string[];
  /** What it does with data, at a server or in a folder: it takes `--server`, `--token`, `--data` and `--database`. */
  readonly data?: Access;
  /** Why it cannot be asked of a server. */
  readonly folderOnly?: string;
  readonly load: () => Promise<CommandAction>;
}

export interface OptionDeclaration {
  /** `--to <version>`, in commander's notation. */
  readonly flags: string;
  readonly description: string;
  readonly choices?: readonly string[];
  readonly default?: string | boolean;
  /** May be given several times; the action receives a list. */
  readonly repeatable?: boolean;
}

export type CommandAction = (input: CommandInput) => Promise<CommandResult>;

export interface CommandInput {
  /** By argument name; variadic arguments are lists. */
  readonly args: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** By option name in camel case. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly terminal: Terminal;
  /** The server or data folder in which a command with `data` works. */
  readonly where: Where;
  readonly access: Access;
  /** Folder in which the user stands. */
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Who the history names: `LOCKSTEP_USER`, else the login name. */
  readonly user: string;
  /** Aborted by the first ctrl-C: finish the chunk at hand, then stop. */
  readonly signal: AbortSignal;
  readonly ports: Ports;
  /** Every command that there is, for those that tell about commands. */
  readonly commands?: readonly CommandDeclaration[];
}

export interface CommandResult {
  /** Printed by `--json`, as it is. */
  readonly value: unknown;
  /** Printed on stdout otherwise. */
  readonly text: string;
  /** 0 unless the command found problems (1) or left questions open (5). */
  readonly exitCode?: number;
}

/** An option's value as text; undefined when it was not given. */
export function textOption({ options }: Pick<CommandInput, 'options'>, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
}

/** A whole-number option; `usage` when it is none. */
export function numberOption(input: Pick<CommandInput, 'options'>, name: string): number | undefined {
  const text = textOption(input, name);
  if (text === undefined) return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new LockstepError('usage', `--${flag} takes a whole number, not "${text}".`, { hint: 'See --help.' });
}

/** A required single argument. */
export function textArgument({ args }: Pick<CommandInput, 'args'>, name: string): string {
  const value = args[name];
  if (typeof value !== 'string')
    throw new LockstepError('usage', `The argument <${name}> is missing.`, { hint: 'See --help.' });
  return value;
}

/** A list argument; empty when nothing was given. */
export function listArgument({ args }: Pick<CommandInput, 'args'>, name: string): readonly string[] {
  const value = args[name];
  return Array.isArray(value) ? value : [];
}
