import { LockstepError } from '../failure/index.ts';
import { packageEnding, sha1 } from '../package/index.ts';
import type { ChannelState, ChannelStore } from './change-channel.ts';
import { type ChannelFiles, isPackageName } from './channel-files.ts';
import { type IndexEntry, withFields } from './index-entry.ts';
import { parseIndex } from './index-file.ts';
import type { Content, RepositoryStorage } from './storage.ts';

/**
 * Puts a package in the channel's folder and gives the entry under the name that it has there. A name that an offer
 * ever used keeps its bytes; where `mayDiffer`, other bytes of the same version get a name of their own, with the
 * beginning of their digest. Throws `version-published` otherwise.
 */
export async function placePackage(
  { storage }: ChannelStore,
  state: Pick<ChannelState, 'channel' | 'files' | 'index'>,
  entry: IndexEntry,
  content: Content,
  mayDiffer: boolean,
): Promise<IndexEntry> {
  const path = state.files.package(entry.filename);
  if (await storage.writeIfAbsent(path, content)) return entry;
  const there = await storage.read(path);
  if (there && sha1(there.bytes) === entry.sha1) return entry;
  const named = (await namedPackages(storage, state.files)).get(entry.filename);
  const damagedOrForgotten = !named || (named.size === 1 && named.has(entry.sha1));
  if (damagedOrForgotten) {
    // no offer ever named these bytes: a killed publication left them, or the disk spoilt them
    await storage.delete(path);
    await storage.writeIfAbsent(path, content);
    return entry;
  }
  if (!mayDiffer) throw versionPublished(state.channel, entry);
  const renamed = withFields(entry, { filename: nameWithDigest(entry) });
  await storage.writeIfAbsent(state.files.package(renamed.filename), content);
  return renamed;
}

/** Per file name the sha1 under which any kept generation ever offered it. */
export async function namedPackages(
  storage: RepositoryStorage,
  files: ChannelFiles,
  indexDigests?: ReadonlySet<string>,
): Promise<Map<string, Set<string>>> {
  const named = new Map<string, Set<string>>();
  const copies = (await storage.list(files.history)).map(({ path }) => path).filter((path) => path.endsWith('.db'));
  const wanted = copies.filter((path) => !indexDigests || [...indexDigests].some((digest) => path.includes(digest)));
  for (const path of [...wanted, files.index]) {
    const content = await storage.read(path);
    if (!content) continue;
    for (const entry of parseIndex(new TextDecoder().decode(content.bytes), path).index.values()) {
      for (const { filename, sha1sum } of packagesOf(entry)) {
        named.set(filename, (named.get(filename) ?? new Set()).add(sha1sum));
      }
    }
  }
  return named;
}

/** Every package in the channel's own folder. */
export async function listPackages(storage: RepositoryStorage, files: ChannelFiles) {
  return (await storage.list(files.folder)).filter(({ path }) => isPackageName(path, files));
}

/** One package that the archive keeps of a plugin. */
export interface ArchivedVersion {
  readonly version: string;
  readonly filename: string;
  readonly dsize: number;
  readonly sha1sum: string;
  readonly sha256?: string;
}

/** The entry's own package and, in an archive, those of its other versions. */
export function packagesOf(entry: IndexEntry): ArchivedVersion[] {
  const own = {
    version: entry.version,
    filename: entry.filename,
    dsize: entry.size,
    sha1sum: entry.sha1,
    ...(entry.sha256 ? { sha256: entry.sha256 } : {}),
  };
  const others = Array.isArray(entry.fields['versions']) ? (entry.fields['versions'] as ArchivedVersion[]) : [];
  return [own, ...others.filter(({ filename }) => filename !== entry.filename)];
}

export function versionPublished(channel: string, entry: IndexEntry): LockstepError {
  return new LockstepError(
    'version-published',
    `${entry.id} ${entry.version} is already in "${channel}" with other bytes (${entry.filename}).`,
    {
      hint: 'Raise the version ("lockstep bump"), or, to try it again, upload with --channel dev, where a version may change, or with --replace.',
      data: { id: entry.id, version: entry.version },
    },
  );
}

function nameWithDigest(entry: IndexEntry): string {
  const ending = packageEnding(entry.filename) ?? '';
  const stem = entry.filename.slice(0, entry.filename.length - ending.length);
  return `${stem}-${(entry.sha256 ?? entry.sha1).slice(0, 8)}${ending}`;
}
