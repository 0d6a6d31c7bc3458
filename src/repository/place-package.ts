import { readFile } from 'node:fs/promises';
import { LockstepError } from '../failure/index.ts';
import { packageEnding, sha1 } from '../package/index.ts';
import type { ChannelState, ChannelStore } from './change-channel.ts';
import { type ChannelFiles, isPackageName } from './channel-files.ts';
import { type IndexEntry, withFields } from './index-entry.ts';
import { parseIndex } from './index-file.ts';
import { packagesOf } from './packages-of.ts';
import type { Content, RepositoryStorage } from './storage.ts';

type Placing = Pick<ChannelState, 'channel' | 'files' | 'cleared'>;

/**
 * Puts a package in the channel's folder and gives the entry under the name that it has there. A name that was ever
 * used keeps its bytes, also after they are cleared away; other bytes get a name of their own, with the beginning of
 * their digest. Unless they `mayDiffer` from what was offered as this version: then throws `version-published`.
 */
export async function placePackage(
  { storage }: ChannelStore,
  state: Placing,
  entry: IndexEntry,
  content: Content,
  mayDiffer: boolean,
): Promise<IndexEntry> {
  let named: ReadonlyMap<string, ReadonlySet<string>> | undefined;
  for (let number = 0; ; number++) {
    const filename = number === 0 ? entry.filename : nameWithDigest(entry, number);
    const path = state.files.package(filename);
    const placed = number === 0 ? entry : withFields(entry, { filename });
    const usable = !state.cleared.has(filename);
    if (usable && (await storage.writeIfAbsent(path, content))) return placed;
    const there = usable ? await storage.read(path) : null;
    if (there && sha1(there.bytes) === entry.sha1) return placed;
    named ??= await namedPackages(storage, state.files);
    const offered = named.get(filename) ?? new Set();
    const isOurs = offered.size === 1 && offered.has(entry.sha1);
    if (usable && isOurs) {
      await repairPackage(storage, path, content);
      return placed;
    }
    if (number === 0 && offered.size > 0 && !isOurs && !mayDiffer) throw versionPublished(state.channel, entry);
  }
}

/** Gives a name again the only bytes that it may have, which the disk spoilt or lost. */
export async function repairPackage(storage: RepositoryStorage, path: string, content: Content): Promise<void> {
  if (await storage.writeIfAbsent(path, content)) return;
  const there = await storage.read(path);
  const bytes = content instanceof Uint8Array ? content : await readFile(content.file);
  if (there && Buffer.compare(there.bytes, bytes) !== 0) await storage.replace(path, bytes, there.version);
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

function nameWithDigest(entry: IndexEntry, number: number): string {
  const ending = packageEnding(entry.filename) ?? '';
  const stem = entry.filename.slice(0, entry.filename.length - ending.length);
  const again = number === 1 ? '' : `-${number}`;
  return `${stem}-${(entry.sha256 ?? entry.sha1).slice(0, 8)}${again}${ending}`;
}
