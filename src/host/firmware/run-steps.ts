import { LockstepError } from '../../failure/index.ts';
import { formatOf, readPackage, standardLimits } from '../../package/index.ts';
import type { FirmwareStep } from '../../plugin/index.ts';
import { matchPaths } from './match-paths.ts';

/** Files by path, relative and '/'-separated; folders are implied. */
export type FirmwareFiles = ReadonlyMap<string, Uint8Array>;

/** Where the fetched files lie before the first step. */
const first = 'a';

/**
 * What the steps make of the fetched files, in memory: nothing is run, nothing is written, and archives are read as
 * strangers' (no path that leaves, no link, no bomb). Throws `plugin-not-valid` where a step cannot be done.
 */
export async function runSteps(steps: readonly FirmwareStep[], fetched: FirmwareFiles): Promise<FirmwareFiles> {
  const folders = new Map<string, Map<string, Uint8Array>>([[first, new Map(fetched)]]);
  const left = [...steps];
  while (left.length > 0) {
    // a folder is whole when no step that is left fills it
    const at = left.findIndex(({ from }) => folders.has(from) && !left.some(({ to }) => to === from));
    if (at < 0) throw notValid(`its steps ${left.map(({ from, to }) => `${from}-${to}`).join(', ')} lead nowhere`);
    const [step] = left.splice(at, 1);
    const target = folders.get(step!.to) ?? new Map<string, Uint8Array>();
    folders.set(step!.to, target);
    await runStep(step!, folders.get(step!.from)!, target);
  }
  const result = new Map<string, Uint8Array>();
  for (const [name, files] of folders) {
    if (steps.some(({ from }) => from === name)) continue;
    for (const [path, bytes] of files) put(result, path, bytes);
  }
  return result;
}

async function runStep(step: FirmwareStep, source: FirmwareFiles, target: Map<string, Uint8Array>): Promise<void> {
  switch (step.act) {
    case 'unzip':
    case 'untar':
      for (const path of named(step, step.words, source)) await unpack(step, path, source, target);
      return;
    case 'include':
      for (const path of named(step, step.words, source)) {
        for (const file of below(path, source)) put(target, file, source.get(file)!);
      }
      return;
    case 'exclude': {
      const out = new Set(named(step, step.words, source).flatMap((path) => below(path, source)));
      for (const [path, bytes] of source) if (!out.has(path)) put(target, path, bytes);
      return;
    }
    case 'cp':
      copy(step, source, target);
  }
}

async function unpack(
  step: FirmwareStep,
  path: string,
  source: FirmwareFiles,
  target: Map<string, Uint8Array>,
): Promise<void> {
  const bytes = source.get(path);
  const format = bytes ? formatOf(bytes) : null;
  if (!bytes || (step.act === 'unzip') !== (format === 'zip')) {
    throw notValid(`${path} is no ${step.act === 'unzip' ? 'zip' : 'tar'} archive (${describe(step)})`);
  }
  const held = [...target.values()].reduce((sum, { length }) => sum + length, 0);
  const tree = await readPackage(bytes, { name: path, limits: { maxBytes: standardLimits.maxBytes - held } });
  for (const entry of tree.entries) {
    const name = tree.root === null ? entry.path : `${tree.root}/${entry.path}`;
    if (entry.kind === 'link') throw notValid(`${path} holds the link ${name}`);
    if (entry.kind === 'file') put(target, name, entry.bytes);
  }
}

/** As the command of this name: into the last word where it ends in `/`, is there, or takes several; else under that name. */
function copy(step: FirmwareStep, source: FirmwareFiles, target: Map<string, Uint8Array>): void {
  const last = step.words.at(-1)!;
  const parts = last.split('/').filter((part) => part !== '' && part !== '.');
  if (last.startsWith('/') || parts.includes('..')) throw notValid(`${describe(step)} leads out of its folder`);
  const found = named(step, step.words.slice(0, -1), source);
  const into = last.endsWith('/') || parts.length === 0 || found.length > 1 || isFolder(parts.join('/'), target);
  for (const path of found) {
    const name = [...parts, ...(into ? [path.split('/').at(-1)!] : [])].join('/');
    for (const file of below(path, source)) put(target, name + file.slice(path.length), source.get(file)!);
  }
}

function isFolder(path: string, files: FirmwareFiles): boolean {
  return [...files.keys()].some((file) => file.startsWith(`${path}/`));
}

/** Every word must name something, as in a shell. */
function named(step: FirmwareStep, patterns: readonly string[], source: FirmwareFiles): string[] {
  const found = patterns.map((pattern) => matchPaths(pattern, source.keys()));
  const none = patterns.find((_, at) => found[at]!.length === 0);
  if (none !== undefined) throw notValid(`nothing is called ${none} (${describe(step)})`);
  return [...new Set(found.flat())];
}

/** The file itself, or every file in the folder. */
function below(path: string, source: FirmwareFiles): string[] {
  return source.has(path) ? [path] : [...source.keys()].filter((file) => file.startsWith(`${path}/`));
}

function put(target: Map<string, Uint8Array>, path: string, bytes: Uint8Array): void {
  const there = target.get(path);
  if (there && Buffer.compare(there, bytes) !== 0) throw notValid(`two different files would become ${path}`);
  target.set(path, bytes);
}

function describe({ from, to, act, words }: FirmwareStep): string {
  return `${from}-${to}: ${act} ${words.join(' ')}`;
}

function notValid(what: string): LockstepError {
  return new LockstepError('plugin-not-valid', `The package cannot be installed: ${what}.`, {
    hint: 'Ask the author of the plugin: pkgs/pkgs.db says how it is installed.',
  });
}
