import { join, resolve } from 'node:path';
import type { Problem } from '../../failure/index.ts';
import type { TreeOptions } from '../family-tree.ts';
import { findFamilies } from '../find-families.ts';
import type { TargetFailure } from '../recipe/resolve-targets.ts';
import { takeBuildLock } from './build-lock.ts';
import type { OutputMemory } from './build-outputs.ts';
import { memoryFolder, readMemory } from './source-memory.ts';
import { standingBuild } from './unchanged-build.ts';

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

/**
 * Builds every selected target: its folder and its package. Only what differs from the last build is built again. A
 * target that fails is reported and leaves what it built before as it is; the others are built. Throws `build-busy`,
 * `family-not-found`, `target-not-found`, `python-not-found`, `disk-full`.
 */
export async function buildFamilies(options: BuildOptions): Promise<BuildReport> {
  const found = findFamilies(options.dir, options.shownAs);
  const memory = memoryFolder(found.folder);
  const site = {
    out: resolve(options.out ?? join(found.folder, '_build', 'dev')),
    folders: resolve(options.folders ?? join(found.folder, '_build', 'folders')),
    memory,
  };
  const unlock = takeBuildLock(join(memory, 'lock'));
  try {
    const before = readMemory<OutputMemory>(join(memory, 'outputs.json'), { outputs: {} });
    const standing = standingBuild({ found, site, options, before: before.outputs[site.out] ?? {} });
    if (standing) return standing;
    return await buildWhatChanged({ found, site, options, before });
  } finally {
    unlock();
  }
}

async function buildWhatChanged(
  build: Omit<Parameters<typeof import('./build-changed.ts').buildChanged>[0], 'packers'>,
): Promise<BuildReport> {
  // most of the code is needed only here, and threads start while it is loaded; the first few families need none
  const isFirst = build.before.outputs[build.site.out] === undefined;
  const { preparePackers } = await import('./packers.ts');
  const packers = preparePackers({ soon: isFirst && build.found.families.length > 4, signal: build.options.signal });
  try {
    const { buildChanged } = await import('./build-changed.ts');
    return await buildChanged({ ...build, packers });
  } finally {
    packers.end();
  }
}

/** Where a build puts what: packages, plugins' folders, and what the tree remembers. All absolute. */
export interface BuildSite {
  readonly out: string;
  readonly folders: string;
  readonly memory: string;
}
