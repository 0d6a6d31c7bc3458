import { system } from '../../../../ports/index.ts';
import type { CommandInput, CommandResult } from '../../../command.ts';
import { upgradeFiles } from '../upgrade-files.ts';

export interface FilesRun {
  readonly cwd: string;
  readonly dirs?: readonly string[];
  readonly plugin: string;
  readonly known?: readonly string[];
  readonly options?: Readonly<Record<string, unknown>>;
  readonly signal?: AbortSignal;
  readonly progress?: (label: string) => unknown;
}

/** `upgrade files` as the command line calls it, without a process of its own. */
export async function runFiles(run: FilesRun): Promise<CommandResult> {
  const nobody = (): never => {
    throw new Error('nobody is there');
  };
  const terminal = {
    interactive: false,
    json: false,
    note: () => {},
    progress: (label: string) => void run.progress?.(label),
    progressEnd: () => {},
    confirm: nobody,
    choose: nobody,
    ask: nobody,
  };
  const input: CommandInput = {
    args: { dirs: run.dirs ?? ['.'] },
    options: { plugin: run.plugin, known: run.known ?? [], ...run.options },
    terminal,
    where: { kind: 'data', data: '', database: null },
    access: 'read',
    cwd: run.cwd,
    ports: system,
    env: {},
    user: 'ada',
    signal: run.signal ?? new AbortController().signal,
  };
  return upgradeFiles(input);
}
