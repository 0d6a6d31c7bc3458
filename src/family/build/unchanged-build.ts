import { existsSync, lstatSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Problem } from '../../failure/index.ts';
import { type FoundTree, findFamilies } from '../find-families.ts';
import { isUntouched, type Outputs, offeredBy, publicPart } from './build-outputs.ts';
import type { BuildOptions, BuildReport, BuildSite } from './build-report.ts';
import { isSettled } from './settled.ts';
import type { SourceEntry } from './source-files.ts';
import { readMemory, writeMemory } from './source-memory.ts';

/**
 * What a build without a failure looked at, and what it found to be there at its end. While all of it is as it was, the
 * next build has nothing to do, and can say so without reading a recipe.
 */
interface LastBuild {
  /** Everything that was asked for, and which program answered. */
  readonly asked: string;
  readonly looked: readonly Look[];
  /** Plugin ids, as the report lists them. */
  readonly plugins: readonly string[];
  readonly warnings: readonly Problem[];
}

/** `[path, size, mtimeMs, ctimeMs, ino]`; a folder's times change with the names in it. */
type Look = readonly [string, number, number, number, number];

export interface UnchangedBuildInput {
  readonly found: FoundTree;
  readonly site: BuildSite;
  readonly options: BuildOptions;
  readonly before: Outputs;
}

/** The report of a build that has nothing to do; null where anything, or nothing known, asks for a real one. */
export function unchangedBuild({ found, site, options, before }: UnchangedBuildInput): BuildReport | null {
  if (options.allowCommands || options.remember === false) return null;
  const unknown: LastBuild = { asked: '', looked: [], plugins: [], warnings: [] };
  const { asked, looked, plugins, warnings } = readMemory(fileIn(site), unknown);
  if (asked === '' || asked !== question({ found, site, options })) return null;
  const outputs = Object.entries(before);
  const stands =
    plugins.every((id) => before[id] !== undefined && existsSync(before[id].folder)) &&
    outputs.every(([, output]) => isUntouched(output, site.out)) &&
    looked.every(isAsItWas);
  if (!stands) return null;
  return {
    ...site,
    built: [],
    unchanged: plugins.map((id) => publicPart(before[id]!)),
    failed: [],
    removed: [],
    offered: offeredBy(Object.values(before)),
    warnings,
  };
}

/** Called before anything is changed: what stood does so no longer. */
export function forgetLastBuild(site: BuildSite): void {
  rmSync(fileIn(site), { force: true });
}

export interface LastBuildInput {
  readonly found: FoundTree;
  readonly site: BuildSite;
  readonly options: BuildOptions;
  readonly looked: Iterable<SourceEntry>;
  /** A moment before the first of these looks, in milliseconds. */
  readonly since: number;
  readonly plugins: readonly string[];
  readonly warnings: readonly Problem[];
}

/** Keeps what a build without a failure saw, unless something changed so shortly before that its times cannot tell. */
export function rememberLastBuild({ found, site, options, looked, since, plugins, warnings }: LastBuildInput): void {
  if (options.allowCommands || options.remember === false) return;
  const looks: Look[] = [];
  for (const { full, stats } of looked) {
    if (!isSettled(stats, since)) return;
    looks.push([full, stats.size, stats.mtimeMs, stats.ctimeMs, stats.ino]);
  }
  // a family that came or went meanwhile is in no look
  const asked = question({ found, site, options });
  if (asked !== question({ found: findFamilies(options.dir, options.shownAs), site, options })) return;
  const last: LastBuild = { asked, looked: looks, plugins, warnings };
  writeMemory(fileIn(site), last);
}

function fileIn({ memory }: BuildSite): string {
  return join(memory, 'standing.json');
}

function isAsItWas([path, size, mtime, ctime, ino]: Look): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats?.ino === ino && stats.ctimeMs === ctime && stats.mtimeMs === mtime && stats.size === size;
}

function question({ found, site, options }: Pick<UnchangedBuildInput, 'found' | 'site' | 'options'>): string {
  const families = found.families.map(({ name, shown, recipe }) => [name, shown, recipe]);
  return JSON.stringify([
    site,
    found.only,
    families,
    options.what ?? [],
    options.newClientsOnly ?? false,
    process.version,
    programStamp(),
  ]);
}

/** Where the code that builds lies: its folders in the sources, one folder of built code in an installation. */
const programFolders = [
  new URL('..', import.meta.url),
  new URL('../../package', import.meta.url),
  new URL('../../plugin', import.meta.url),
  new URL('../../failure', import.meta.url),
].map((folder) => fileURLToPath(folder));

/** Changes when Lockstep itself does: another program might build something else of the same files. */
function programStamp(): string {
  return [...new Set(programFolders)]
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => statSync(join(folder, name))),
    )
    .map(({ size, mtimeMs }) => `${size} ${mtimeMs}`)
    .join();
}
