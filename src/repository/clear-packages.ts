import type { ChannelFiles } from './channel-files.ts';
import { rewriteCleared } from './cleared-names.ts';
import { readRecords } from './generation-record.ts';
import { readPending } from './pending-change.ts';
import { listPackages, namedPackages } from './place-package.ts';
import type { RepositoryStorage, StoredFile } from './storage.ts';

/**
 * Deletes packages that nothing names and gives those that went. Their names are written down before and are not used
 * again; what was announced before they could be read is spared (docs/adr/0194).
 */
export async function clearPackages(
  storage: RepositoryStorage,
  files: ChannelFiles,
  garbage: readonly StoredFile[],
  { keep, beforeEach }: { readonly keep: number; readonly beforeEach?: (done: number, total: number) => void },
): Promise<readonly StoredFile[]> {
  const nameOf = ({ path }: StoredFile): string => path.slice(files.folder.length);
  if (garbage.length > 0) await rewriteCleared(storage, files, (before) => [...before, ...garbage.map(nameOf)]);
  const spared = await namedNow(storage, files, keep);
  const going = garbage.filter((file) => !spared.has(nameOf(file)));
  for (const [done, { path }] of going.entries()) {
    beforeEach?.(done, going.length);
    await storage.delete(path);
  }
  const left = new Set((await listPackages(storage, files)).map(nameOf).filter((name) => spared.has(name)));
  await rewriteCleared(storage, files, (before) => [...before].filter((name) => !left.has(name)));
  return going;
}

/** What the offer, the last generations and every change that has begun name. */
export async function namedNow(
  storage: RepositoryStorage,
  files: ChannelFiles,
  keep: number,
): Promise<ReadonlyMap<string, unknown>> {
  const kept = keep === 0 ? [] : await readRecords(storage, files, keep);
  const begun = (await readPending(storage, files)).map(({ change }) => change.record);
  return namedPackages(storage, files, new Set([...kept, ...begun].map(({ index }) => index)));
}
