import { sha256 } from '../package/index-write.ts';
import type { ChannelFiles } from './channel-files.ts';
import { parseRecord } from './generation-record.ts';
import type { Generation } from './repository.ts';
import type { RepositoryStorage } from './storage.ts';
import type { Yanked } from './yanked.ts';

/**
 * A change whose index may become, or has become, the current one. Each stands under a name that no other has, so that
 * nobody writes over, or deletes late, what another one announced.
 */
export interface PendingChange {
  readonly record: Generation;
  /** The digest of the index that it replaces; null: of none. Older versions did not say. */
  readonly base?: string | null;
  readonly yanked?: Yanked | undefined;
}

export interface FoundChange {
  readonly path: string;
  readonly change: PendingChange;
}

export async function announce(
  storage: RepositoryStorage,
  files: ChannelFiles,
  change: PendingChange,
): Promise<FoundChange> {
  const bytes = encodeJson(change);
  const path = files.pending(sha256(bytes).slice(0, 16));
  await storage.writeIfAbsent(path, bytes);
  return { path, change };
}

/** All that were announced and are not finished, those of older versions too. */
export async function readPending(storage: RepositoryStorage, files: ChannelFiles): Promise<FoundChange[]> {
  const named = (await storage.list(files.records)).map(({ path }) => path);
  const paths = named.filter((path) => /\/pending(\/[0-9a-f]+)?\.json$/.test(path));
  const found: FoundChange[] = [];
  for (const path of [...paths, files.formerPending]) {
    const content = await storage.read(path);
    if (!content) continue;
    const said = parseRecord(content.bytes, path) as Generation | PendingChange;
    found.push({ path, change: 'record' in said ? said : { record: said } });
  }
  return found;
}

/** Whether its index may still become the current one: the one that it was to replace stands there. */
export function mayStillHappen({ base }: PendingChange, current: string | null): boolean {
  return base !== undefined && base === current;
}

export function encodeJson(value: unknown): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(value, null, 1)}\n`);
}
