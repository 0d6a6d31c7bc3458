import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { TreeOptions } from '../../../family/index.ts';
import { type CommandInput, listArgument, textOption } from '../../command.ts';

/** `[dir] [what...]`: a first word that is no folder is a family's name in the default tree. */
export function treeArguments(input: CommandInput): { readonly tree: TreeOptions; readonly what: readonly string[] } {
  const first = input.args['dir'];
  const rest = listArgument(input, 'what');
  const isFolder = typeof first === 'string' && isDirectory(resolve(input.cwd, first));
  if (typeof first === 'string' && !isFolder && rest.length === 0 && !/[/\\]/.test(first)) {
    return { tree: treeOptions(input, defaultDir(input.cwd)), what: [first] };
  }
  return { tree: treeOptions(input, typeof first === 'string' ? first : defaultDir(input.cwd)), what: rest };
}

/** `<family> [dir]`: a family's folder, or its name in a tree. */
export function familyArguments(input: CommandInput): { readonly tree: TreeOptions; readonly name: string | null } {
  const family = String(input.args['family']).replace(/\/+$/, '');
  const dir = input.args['dir'];
  if (dir === undefined && isDirectory(resolve(input.cwd, family)))
    return { tree: treeOptions(input, family), name: null };
  return { tree: treeOptions(input, typeof dir === 'string' ? dir : defaultDir(input.cwd)), name: family };
}

function treeOptions(input: CommandInput, dir: string): TreeOptions {
  const python = textOption(input, 'python');
  return {
    dir: resolve(input.cwd, dir),
    shownAs: dir,
    allowCommands: input.options['allowCommands'] === true,
    newClientsOnly: input.options['newClientsOnly'] === true,
    ...(python ? { python } : {}),
    signal: input.signal,
  };
}

function defaultDir(cwd: string): string {
  return isDirectory(join(cwd, 'plugins')) ? 'plugins' : '.';
}

function isDirectory(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}
