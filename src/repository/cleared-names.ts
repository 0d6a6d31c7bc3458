import { sha256 } from '../package/index-write.ts';
import type { ChannelFiles } from './channel-files.ts';
import { encodeJson } from './pending-change.ts';
import type { RepositoryStorage } from './storage.ts';

/**
 * Names of packages that were cleared away, or are about to be. Such a name is never used again: a deletion that comes
 * late, from somebody whose lock was taken over, then finds nothing that anybody needs.
 */
export async function readCleared(storage: RepositoryStorage, files: ChannelFiles): Promise<ReadonlySet<string>> {
  return (await readLists(storage, files)).names;
}

/** Says that these are gone and no others that were said before, and forgets the earlier lists; nothing to say leaves all as it is. */
export async function rewriteCleared(
  storage: RepositoryStorage,
  files: ChannelFiles,
  decide: (before: ReadonlySet<string>) => Iterable<string>,
): Promise<void> {
  const { paths, names } = await readLists(storage, files);
  const after = [...new Set(decide(names))].sort();
  if (paths.length <= 1 && after.join('\n') === [...names].sort().join('\n')) return;
  const bytes = encodeJson({ names: after, instead: paths });
  const path = files.cleared(sha256(bytes).slice(0, 16));
  await storage.writeIfAbsent(path, bytes);
  for (const former of paths) if (former !== path) await storage.delete(former);
}

async function readLists(storage: RepositoryStorage, files: ChannelFiles) {
  for (;;) {
    const listed = (await storage.list(files.records)).map(({ path }) => path);
    const paths = listed.filter((path) => /\/cleared-[0-9a-f]{16}\.json$/.test(path));
    const names = new Set<string>();
    let whole = true;
    for (const path of paths) {
      const content = await storage.read(path);
      // it was put together with others meanwhile
      if (!content) whole = false;
      else for (const name of namesIn(content.bytes)) names.add(name);
    }
    if (whole) return { paths, names };
  }
}

function namesIn(bytes: Uint8Array): string[] {
  return (JSON.parse(new TextDecoder().decode(bytes)) as { names: string[] }).names;
}
