import { posix } from 'node:path';
import { LockstepError, type Place } from '../../failure/index.ts';
import { sha256 } from '../../package/index-write.ts';
import { compileFilters, type PathFilter } from '../recipe/filter-rules.ts';
import type { FilePart, ForeignCommand, Operation, RecipeTarget } from '../recipe/recipe.ts';
import { standardFolders } from '../recipe/recipe.ts';
import { notValid } from '../recipe/recipe-error.ts';
import { applySubstitution } from '../recipe/substitution.ts';
import { type BuiltTree, bytesOf, type ComputedContent } from './built-tree.ts';
import type { SourceEntry, SourceFiles } from './source-files.ts';
import { TreeUnderConstruction } from './tree-under-construction.ts';

/** Runs a foreign command on the tree so far and returns what it printed; it may change the tree. */
export type RunCommand = (command: ForeignCommand, tree: TreeUnderConstruction, at: Place) => Uint8Array;

/**
 * Does a target's operations in memory: files of the family stay references, substitutions are done when their bytes
 * are asked for. Throws `recipe-refused` or `recipe-not-valid` with the recipe's line, `file-unreadable`.
 */
export function assembleTarget(target: RecipeTarget, sources: SourceFiles, runCommand: RunCommand | null): BuiltTree {
  if (target.failure) throw target.failure;
  const tree = new TreeUnderConstruction();
  for (const operation of target.operations) perform(operation, { tree, sources, runCommand });
  if (target.stdDirs) for (const path of standardFolders) tree.putFolder(path, false, target.at);
  tree.refuseLinksThatLeave(target.operations.find(({ kind }) => kind === 'copy')?.at ?? target.at);
  return { pluginId: target.pluginId, nodes: tree.nodes };
}

interface Site {
  readonly tree: TreeUnderConstruction;
  readonly sources: SourceFiles;
  readonly runCommand: RunCommand | null;
}

function perform(operation: Operation, site: Site): void {
  switch (operation.kind) {
    case 'folder':
      site.tree.putFolder(operation.path, false, operation.at);
      break;
    case 'copy':
      copy(operation, site);
      break;
    case 'file':
      writeFile(operation, site);
      break;
    case 'move':
      site.tree.move(operation.from, operation.to, operation.at);
      break;
    case 'remove':
      site.tree.remove(operation.path, operation.tree, operation.at);
      break;
    case 'link':
      site.tree.put(operation.path, { kind: 'link', target: operation.target, sources: [] }, operation.at);
      site.tree.refuseLinksThatLeave(operation.at);
      break;
    case 'mode':
      site.tree.setMode(operation.path, operation.executable, operation.at);
      break;
    case 'command':
      run(operation.command, operation.at, site);
  }
}

type Copy = Operation & { readonly kind: 'copy' };

function copy(operation: Copy, site: Site): void {
  const leftOut = compileFilters(operation.filters);
  const several = operation.sources.length > 1;
  for (const { path, contents } of operation.sources) {
    const root = site.sources.root(path, contents, operation.at);
    if (contents) {
      if (root.kind !== 'directory') throw notValid(operation.at, `"${path}/" is not a folder.`);
      site.tree.putFolder(operation.to, true, operation.at);
      if (operation.recursive) copyContents(path, '', operation.to, { ...site, operation, leftOut });
      continue;
    }
    const name = posix.basename(path);
    if (leftOut(name, root.kind === 'directory')) continue;
    const isFolder = several || operation.toFolder || root.kind === 'directory' || site.tree.isFolder(operation.to);
    const destination = isFolder ? join(operation.to, name) : operation.to;
    copyOne(root, name, destination, { ...site, operation, leftOut });
  }
}

interface CopySite extends Site {
  readonly operation: Copy;
  readonly leftOut: PathFilter;
}

function copyContents(folder: string, below: string, to: string, site: CopySite): void {
  for (const entry of site.sources.list(folder)) {
    const name = posix.basename(entry.path);
    const path = join(below, name);
    if (!site.leftOut(path, entry.kind === 'directory')) copyOne(entry, path, join(to, name), site);
  }
}

/** `path` is relative to the root of the copy, for the filters. */
function copyOne(entry: SourceEntry, path: string, to: string, site: CopySite): void {
  const { tree, sources, operation } = site;
  if (entry.kind === 'directory') {
    if (!operation.recursive) return;
    tree.putFolder(to, true, operation.at);
    copyContents(entry.path, path, to, site);
  } else if (entry.kind === 'link') {
    // without -l, rsync passes links over
    if (operation.links) {
      tree.put(to, { kind: 'link', target: sources.linkTarget(entry), sources: [entry.path] }, operation.at);
    }
  } else if (entry.kind === 'file') {
    const content = {
      kind: 'source',
      full: entry.full,
      size: entry.stats.size,
      sha256: sources.digest(entry),
    } as const;
    tree.put(
      to,
      { kind: 'file', mode: entry.executable ? 0o755 : 0o644, content, sources: [entry.path] },
      operation.at,
    );
  }
}

function writeFile(operation: Operation & { readonly kind: 'file' }, site: Site): void {
  const before = operation.append ? site.tree.nodes.get(operation.to) : undefined;
  const start = before?.kind === 'file' ? before : null;
  const parts = operation.parts.map((part) => computePart(part, site));
  const startContent = start?.content;
  const startIdentity =
    startContent === undefined ? '' : startContent.kind === 'source' ? startContent.sha256 : startContent.identity;
  let computed: Uint8Array | undefined;
  const content: ComputedContent = {
    kind: 'computed',
    identity: sha256([startIdentity, ...parts.map(({ identity }) => identity)].join('\n')),
    bytes: () => {
      computed ??= Buffer.concat([...(start ? [bytesOf(start)] : []), ...parts.map(({ bytes }) => bytes())]);
      return computed;
    },
  };
  const sources = [...(start?.sources ?? []), ...parts.flatMap((part) => part.sources)];
  site.tree.put(operation.to, { kind: 'file', mode: start?.mode ?? 0o644, content, sources }, operation.at);
}

interface ComputedPart {
  readonly identity: string;
  readonly sources: readonly string[];
  readonly bytes: () => Uint8Array;
}

function computePart(part: FilePart, site: Site): ComputedPart {
  switch (part.kind) {
    case 'text':
      return { identity: `text ${sha256(part.bytes)}`, sources: [], bytes: () => part.bytes };
    case 'command': {
      const bytes = run(part.command, part.at, site);
      return { identity: `text ${sha256(bytes)}`, sources: [], bytes: () => bytes };
    }
    case 'substitute': {
      const { script, at } = part;
      const entries = part.sources.map((path) => site.sources.root(path, true, at));
      const folder = entries.find(({ kind }) => kind !== 'file');
      if (folder) throw notValid(at, `"${folder.path}" is not a file.`);
      const digests = entries.map((entry) => site.sources.digest(entry));
      return {
        identity: `sed ${JSON.stringify([script.extended, script.texts])} ${digests.join(' ')}`,
        sources: part.sources,
        bytes: () => substitute(script, joinFiles(entries.map((entry) => site.sources.read(entry))), at),
      };
    }
  }
}

function substitute(script: Parameters<typeof applySubstitution>[0], input: Uint8Array, at: Place): Uint8Array {
  try {
    return applySubstitution(script, input);
  } catch (error) {
    if (error instanceof LockstepError) throw error;
    throw notValid(at, `sed: ${(error as Error).message}.`);
  }
}

/** sed reads several files as one and ends each but the last with a line end. */
function joinFiles(files: readonly Buffer[]): Uint8Array {
  if (files.length === 1) return files[0]!;
  const lineEnd = Buffer.from('\n');
  return Buffer.concat(
    files.flatMap((bytes, index) =>
      index < files.length - 1 && bytes.length > 0 && bytes.at(-1) !== 10 ? [bytes, lineEnd] : [bytes],
    ),
  );
}

function run(command: ForeignCommand, at: Place, { tree, runCommand }: Site): Uint8Array {
  if (!runCommand) throw notValid(at, `The command "${command.argv.join(' ')}" is not run here.`);
  return runCommand(command, tree, at);
}

function join(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}
