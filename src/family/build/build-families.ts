import { join, resolve } from 'node:path';
import { findFamilies } from '../find-families.ts';
import { takeBuildLock } from './build-lock.ts';
import type { OutputMemory } from './build-outputs.ts';
import type { BuildOptions, BuildReport } from './build-report.ts';
import { memoryFolder, readMemory } from './source-memory.ts';
import { unchangedBuild } from './unchanged-build.ts';

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
    const last = unchangedBuild({ found, site, options, before: before.outputs[site.out] ?? {} });
    if (last) return last;
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
