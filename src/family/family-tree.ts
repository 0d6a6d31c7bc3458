import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LockstepError, type Problem } from '../failure/index.ts';
import { sha256 } from '../package/index-write.ts';
import { FileDigests, readSource } from './build/file-digests.ts';
import { SourceFiles } from './build/source-files.ts';
import { memoryFolder, noMemory, readMemory, type SourceMemory, writeMemory } from './build/source-memory.ts';
import { type FoundFamily, findFamilies } from './find-families.ts';
import { interpretRecording } from './recipe/interpret-recording.ts';
import type { Recipe } from './recipe/recipe.ts';
import { type Recording, recordedOutput } from './recipe/recording.ts';

export interface TreeOptions {
  /** Folder of families, or one family's own folder. */
  readonly dir: string;
  /** How messages name that folder, where it stands for another one; default: as given. */
  readonly shownAs?: string;
  /** Run commands of a recipe that we do not do ourselves. Default: they are refused. */
  readonly allowCommands?: boolean;
  /** Take what an old server or an old index builder chokes on. Default: it is an error. */
  readonly newClientsOnly?: boolean;
  /** The interpreter for build.py; default `python3`. */
  readonly python?: string;
  /** For each target of a recipe, in seconds; default 5. */
  readonly recipeLimit?: number;
  /** Keep what was computed in `_build/.lockstep`; default true. */
  readonly remember?: boolean;
  /** Told of each family whose recipe had to be run, while those after it still run. */
  readonly onRecorded?: (family: LoadedFamily) => void;
  readonly signal?: AbortSignal;
}

/** A family whose recipe was read; `failure` where it could not be. */
export interface LoadedFamily extends FoundFamily {
  readonly sources: SourceFiles;
  readonly recipe: FoundFamily['recipe'];
  readonly content: Recipe | null;
  readonly failure: LockstepError | null;
}

export interface FamilyTree {
  readonly folder: string;
  readonly families: readonly LoadedFamily[];
  /** The user named this family's own folder. */
  readonly only: string | null;
  readonly digests: FileDigests;
  readonly memory: SourceMemory;
  readonly allowCommands: boolean;
  readonly newClientsOnly: boolean;
  /** The interpreter, where not `python3`. */
  readonly python: string | undefined;
  readonly signal: AbortSignal | undefined;
  readonly warnings: readonly Problem[];
  /** False where a recipe may say something else when it is asked again. */
  readonly isCertain: boolean;
  /** Keeps the given memory beside what was learnt of the files; a folder that cannot be written is left alone. */
  readonly remember: (facts: SourceMemory['facts']) => void;
}

const recorderFile = fileURLToPath(new URL('./recipe/recorder.py', import.meta.url));

/** Finds the families below a folder and reads their recipes; build.py files run once, together, under the recorder. */
export async function openFamilyTree(options: TreeOptions): Promise<FamilyTree> {
  const found = findFamilies(options.dir, options.shownAs);
  const memoryFile = join(memoryFolder(found.folder), 'sources.json');
  const memory = options.remember === false ? noMemory : readMemory(memoryFile, noMemory);
  const digests = new FileDigests(new Map(memory.files));
  const opened = found.families.map((family) => ({ ...family, sources: new SourceFiles(family.folder, digests) }));
  const recordings = await recordAll(opened, memory, options);
  const families = await Promise.all(
    opened.map((family) => recordings.get(family.name)?.family ?? loadFamilyJson(family)),
  );
  const isNew = ([name, { key }]: [string, { readonly key: string | null }]) => memory.recordings[name]?.key !== key;
  const keep = Object.fromEntries(
    [...recordings].flatMap(([name, { key, recording }]) => (key === null ? [] : [[name, { key, recording }]])),
  );
  return {
    folder: found.folder,
    families,
    only: found.only,
    digests,
    memory,
    allowCommands: options.allowCommands ?? false,
    newClientsOnly: options.newClientsOnly ?? false,
    python: options.python,
    signal: options.signal,
    warnings: opened.flatMap(twoRecipes),
    isCertain: [...recordings.values()].every(({ key }) => key !== null),
    remember: (facts) => {
      const isNews = facts !== memory.facts || digests.hasNews || [...recordings].some(isNew);
      if (options.remember === false || !isNews) return;
      try {
        writeMemory(memoryFile, { files: digests.entries(), recordings: keep, facts });
      } catch (error) {
        if (!['EACCES', 'EROFS', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
      }
    },
  };
}

type OpenedFamily = FoundFamily & { readonly sources: SourceFiles };
type Recorded = ReadonlyMap<
  string,
  { readonly key: string | null; readonly recording: Recording; readonly family: LoadedFamily }
>;

async function recordAll(
  families: readonly OpenedFamily[],
  memory: SourceMemory,
  options: TreeOptions,
): Promise<Recorded> {
  const recorded = new Map<string, { key: string | null; recording: Recording; family: LoadedFamily }>();
  const pending = new Map<string, OpenedFamily>();
  for (const family of families) {
    if (family.recipe !== 'build.py') continue;
    const known = memory.recordings[family.name];
    if (!known || known.key !== recordingKey(family, known.recording)) pending.set(family.name, family);
    else recorded.set(family.name, { ...known, family: loadRecorded(family, known.recording, options) });
  }
  if (pending.size === 0) return recorded;
  const { python, recipeLimit, signal, onRecorded } = options;
  const { runRecorder } = await import('./recipe/run-recorder.ts');
  await runRecorder({
    families: Array.from(pending.values(), ({ name, folder }) => ({ name, folder })),
    ...(python ? { python } : {}),
    ...(recipeLimit ? { limit: recipeLimit } : {}),
    signal,
    onRecorded: (name, recording) => {
      const opened = pending.get(name)!;
      const timedOut = [recording, ...Object.values(recording.outcomes)].some(
        ({ failure }) => failure?.kind === 'time',
      );
      const family = loadRecorded(opened, recording, options);
      // a machine under load may have been too slow: ask again next time
      recorded.set(name, { key: timedOut ? null : recordingKey(opened, recording), recording, family });
      onRecorded?.(family);
    },
  });
  return recorded;

  function recordingKey({ sources }: OpenedFamily, recording: Recording): string | null {
    try {
      const place = { file: 'build.py', line: 1, column: 1 };
      const read = ['build.py', ...recording.reads].map((path) => sources.digest(sources.root(path, true, place)));
      const listed = recording.lists.map((path) =>
        sources.list(path === '.' ? '' : path).map((entry) => `${entry.kind} ${entry.path}`),
      );
      return sha256(JSON.stringify([recorderDigest(), read, listed]));
    } catch {
      return null;
    }
  }
}

let recorderSha: string | undefined;

function recorderDigest(): string {
  recorderSha ??= sha256(readSource(recorderFile));
  return recorderSha;
}

function loadRecorded(family: OpenedFamily, recording: Recording, options: TreeOptions): LoadedFamily {
  const file = join(family.shown, family.recipe);
  const reading = { file, output: recordedOutput, allowCommands: options.allowCommands ?? false };
  return loaded(family, () => interpretRecording(recording, reading));
}

async function loadFamilyJson(family: OpenedFamily): Promise<LoadedFamily> {
  const { parseFamilyJson } = await import('./recipe/family-json.ts');
  const shown = join(family.shown, family.recipe);
  return loaded(family, () => {
    const { full } = family.sources.root(family.recipe, true, { file: shown, line: 1, column: 1 });
    return parseFamilyJson(readSource(full).toString('utf8'), shown);
  });
}

function loaded(family: OpenedFamily, read: () => Recipe): LoadedFamily {
  try {
    return { ...family, content: read(), failure: null };
  } catch (error) {
    if (!(error instanceof LockstepError)) throw error;
    return { ...family, content: null, failure: error };
  }
}

function twoRecipes(family: OpenedFamily): Problem[] {
  const both = family.recipe === 'family.json' && family.sources.list('').some(({ path }) => path === 'build.py');
  if (!both) return [];
  return [
    {
      code: 'family-two-recipes',
      severity: 'warning',
      message: `${family.shown} has a build.py and a family.json; the family.json is used.`,
      hint: 'Remove the one that is no longer wanted.',
      where: { file: join(family.shown, 'family.json'), line: 1, column: 1 },
    },
  ];
}
