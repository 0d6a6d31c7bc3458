import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { LockstepError, type Problem } from '../failure/index.ts';
import { takeBuildLock } from './build-lock.ts';
import { type FamilyTree, openFamilyTree, type TreeOptions } from './family-tree.ts';
import { packTarget } from './pack-target.ts';
import { problemOf, type ResolvedTarget, resolveTargets, type TargetFailure } from './resolve-targets.ts';
import { selectTargets, targetsOf } from './select-targets.ts';
import { memoryFolder, readMemory, writeMemory } from './source-memory.ts';

export interface BuildOptions extends TreeOptions {
  /** `FAMILY` or `FAMILY:TARGET`; none: all. */
  readonly what?: readonly string[];
  /** Where packages go; default `_build/dev` in the tree. */
  readonly out?: string;
  /** Where the plugins' folders go; default `_build/folders` in the tree. */
  readonly folders?: string;
  readonly onProgress?: (done: number, total: number, pluginId: string) => void;
}

/** A package in the out folder, with what an index says of it. */
export interface BuiltPackage {
  readonly family: string;
  readonly target: string;
  readonly pluginId: string;
  readonly version: string;
  readonly stepVersion: number | null;
  /** plugin-info as it stands. */
  readonly info: Readonly<Record<string, unknown>>;
  readonly filename: string;
  readonly size: number;
  readonly sha1: string;
  readonly sha256: string;
  /** Of everything built but the versions. */
  readonly digest: string;
}

export interface BuildReport {
  readonly out: string;
  readonly folders: string;
  /** Where the tree keeps what it remembers between builds. */
  readonly memory: string;
  readonly built: readonly BuiltPackage[];
  readonly unchanged: readonly BuiltPackage[];
  readonly failed: readonly TargetFailure[];
  /** Packages taken out because their target, or their version, is no more. */
  readonly removed: readonly string[];
  /** Everything that an index of the out folder lists: what this and earlier builds put there. */
  readonly offered: readonly BuiltPackage[];
  readonly warnings: readonly Problem[];
}

interface Output extends BuiltPackage {
  readonly inputs: string;
  readonly mtimeMs: number;
  readonly folder: string;
}

/** By out folder, then by plugin id. */
interface OutputMemory {
  readonly outputs: Readonly<Record<string, Readonly<Record<string, Output>>>>;
}

const together = 6;

/**
 * Builds every selected target: its folder and its package. Only what differs from the last build is built again. A
 * target that fails is reported and leaves what it built before as it is; the others are built. Throws `build-busy`,
 * `family-not-found`, `target-not-found`, `python-not-found`, `disk-full`.
 */
export async function buildFamilies(options: BuildOptions): Promise<BuildReport> {
  const tree = await openFamilyTree(options);
  const out = resolve(options.out ?? join(tree.folder, '_build', 'dev'));
  const folders = resolve(options.folders ?? join(tree.folder, '_build', 'folders'));
  const memoryFile = join(memoryFolder(tree.folder), 'outputs.json');
  const unlock = takeBuildLock(join(memoryFolder(tree.folder), 'lock'));
  try {
    const memory = readMemory<OutputMemory>(memoryFile, { outputs: {} });
    const before = memory.outputs[out] ?? {};
    const selection = selectTargets(tree, options.what ?? []);
    const { targets, failures } = resolveTargets(tree, selection);
    const [distinct, clashes] = refuseSharedNames(targets);
    mkdirSync(out, { recursive: true });
    mkdirSync(folders, { recursive: true });

    const pending = distinct.filter((target) => !isUpToDate(before[target.tree.pluginId], target, { out, folders }));
    const { made, failed } = await packAll(pending, { out, folders, options });
    const isGone = goneTargets(tree);
    const kept = Object.entries(before).filter(([id, output]) => !isGone(id) && isUntouched(output, out));
    const outputs = new Map([...kept, ...made]);
    const removed = removeSuperseded(before, outputs, { out, isGone });
    const same = Object.entries(before).every(([id, output]) => outputs.get(id) === output);
    if (!same || outputs.size !== Object.keys(before).length) {
      writeMemory(memoryFile, { outputs: { ...memory.outputs, [out]: Object.fromEntries(outputs) } });
    }
    const unchanged = distinct.filter((target) => !pending.includes(target));
    return {
      out,
      folders,
      memory: memoryFolder(tree.folder),
      built: [...made.values()].map(publicPart),
      unchanged: unchanged.map(({ tree: { pluginId } }) => publicPart(outputs.get(pluginId)!)),
      failed: [...failures, ...clashes, ...failed],
      removed,
      offered: [...outputs.values()].map(publicPart).sort((a, b) => (a.pluginId < b.pluginId ? -1 : 1)),
      warnings: [...tree.warnings, ...targets.flatMap(({ facts }) => facts.warnings)],
    };
  } finally {
    unlock();
  }
}

interface Site {
  readonly out: string;
  readonly folders: string;
}

async function packAll(
  pending: readonly ResolvedTarget[],
  { out, folders, options }: Site & { readonly options: BuildOptions },
): Promise<{ made: Map<string, Output>; failed: TargetFailure[] }> {
  const made = new Map<string, Output>();
  const failed: TargetFailure[] = [];
  const queue = [...pending];
  let done = 0;
  const work = async (): Promise<void> => {
    for (let target = queue.shift(); target; target = queue.shift()) {
      options.signal?.throwIfAborted();
      const { pluginId } = target.tree;
      try {
        const folder = join(folders, pluginId);
        const packed = await packTarget(target, { out, folder });
        made.set(pluginId, { ...describeOutput(target), ...packed, inputs: target.inputs, folder });
      } catch (error) {
        if (!(error instanceof LockstepError) || error.code === 'disk-full') throw error;
        const names = { family: target.family.name, target: target.target.id, pluginId };
        failed.push({ ...names, problem: problemOf(error) });
      }
      done += 1;
      options.onProgress?.(done, pending.length, pluginId);
    }
  };
  const results = await Promise.allSettled(Array.from({ length: together }, work));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
  return { made, failed };
}

function describeOutput({ family, target, tree, facts }: ResolvedTarget) {
  const { version, stepVersion, info, digest, packageName } = facts;
  const names = { family: family.name, target: target.id, pluginId: tree.pluginId };
  return { ...names, version, stepVersion, info, digest, filename: packageName };
}

function isUpToDate(before: Output | undefined, target: ResolvedTarget, { out, folders }: Site): boolean {
  if (before?.inputs !== target.inputs || before.filename !== target.facts.packageName) return false;
  const folder = join(folders, target.tree.pluginId);
  return before.folder === folder && existsSync(folder) && isUntouched(before, out);
}

function isUntouched({ filename, size, mtimeMs }: Output, out: string): boolean {
  const stats = statSync(join(out, filename), { throwIfNoEntry: false });
  return stats?.size === size && stats.mtimeMs === mtimeMs;
}

/** Says whether no target builds a plugin any longer. Where a recipe cannot be read, nobody knows. */
function goneTargets({ families }: FamilyTree): (pluginId: string) => boolean {
  const known = new Set(families.flatMap((family) => targetsOf(family).map(({ pluginId }) => pluginId)));
  const allKnown = families.every(({ failure }) => failure === null);
  return (pluginId) => allKnown && !known.has(pluginId);
}

function removeSuperseded(
  before: Readonly<Record<string, Output>>,
  outputs: ReadonlyMap<string, Output>,
  { out, isGone }: { readonly out: string; readonly isGone: (pluginId: string) => boolean },
): string[] {
  const names = new Set([...outputs.values()].map(({ filename }) => filename));
  const removed: string[] = [];
  for (const [id, output] of Object.entries(before)) {
    // somebody else's file by now: theirs to remove
    if (!names.has(output.filename) && isUntouched(output, out)) {
      rmSync(join(out, output.filename), { force: true });
      removed.push(output.filename);
    }
    if (isGone(id)) rmSync(output.folder, { recursive: true, force: true });
  }
  return removed.sort();
}

function publicPart({ inputs: _inputs, mtimeMs: _mtime, folder: _folder, ...rest }: Output): BuiltPackage {
  return rest;
}

/** `a_b` and `a-b` at one version would be one file. */
function refuseSharedNames(targets: readonly ResolvedTarget[]): [ResolvedTarget[], TargetFailure[]] {
  const byName = new Map<string, ResolvedTarget[]>();
  for (const target of targets) {
    const { packageName } = target.facts;
    byName.set(packageName, [...(byName.get(packageName) ?? []), target]);
  }
  const distinct = targets.filter(({ facts }) => byName.get(facts.packageName)!.length === 1);
  const clashes = targets
    .filter((target) => !distinct.includes(target))
    .map(({ family, target, facts }) => {
      const problem = problemOf(
        new LockstepError('plugin-conflict', `Another plugin's package would be called ${facts.packageName} as well.`, {
          where: target.at,
          hint: 'Plugin ids that differ only in "_" and "-" need different versions or names.',
        }),
      );
      return { family: family.name, target: target.id, pluginId: target.pluginId, problem };
    });
  return [distinct, clashes];
}
