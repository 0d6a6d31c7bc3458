import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LockstepError } from '../../failure/index.ts';
import { system } from '../../ports/index.ts';
import type { ChannelOffer, IndexEntry } from '../../repository/index.ts';
import { names } from '../version-folders.ts';

export interface PackageRequest {
  readonly offer: ChannelOffer;
  readonly entry: IndexEntry;
  readonly cacheDir: string;
  /** False: always fetched, nothing read from the cache and nothing kept. */
  readonly keep: boolean;
  /** The package may not be larger, whatever the index says. */
  readonly maxBytes: number;
  readonly onProgress?: (bytes: number, total: number | null) => void;
  readonly signal?: AbortSignal;
}

/**
 * The bytes of a package; size, digest and signature checked against the offer. A cached file is used only if it passes
 * the same checks, so a stale or damaged one is fetched again. Throws `package-damaged`, `channel-unreachable`.
 */
export async function fetchPackage(wanted: PackageRequest): Promise<Uint8Array> {
  const { offer, entry, cacheDir, keep, maxBytes, onProgress, signal } = wanted;
  const cached = keep ? await readCached(join(cacheDir, entry.filename), wanted) : null;
  if (cached) return cached;
  if (entry.size > maxBytes) {
    throw new LockstepError(
      'package-damaged',
      `${entry.filename} has ${entry.size} bytes by the list; more than ${maxBytes} are not fetched.`,
      {
        hint: 'Ask the owner of the channel.',
      },
    );
  }
  const bytes = await offer.readPackage(entry, {
    ...(onProgress ? { onProgress } : {}),
    ...(signal ? { signal } : {}),
  });
  if (keep) await keepInCache(join(cacheDir, entry.filename), cacheDir, bytes);
  return bytes;
}

async function readCached(file: string, { offer, entry }: PackageRequest): Promise<Uint8Array | null> {
  try {
    const stats = await stat(file);
    if (!stats.isFile() || stats.size !== entry.size) return null;
    const bytes = await readFile(file);
    await offer.checkPackage(entry, bytes);
    return bytes;
  } catch {
    return null;
  }
}

/** A cache that cannot be written costs time, nothing else. */
export async function keepInCache(file: string, cacheDir: string, bytes: Uint8Array): Promise<void> {
  const staged = join(cacheDir, `.staging-${system.random.uuid()}`);
  try {
    await mkdir(cacheDir, { recursive: true });
    await writeFile(staged, bytes);
    await rm(file, { recursive: true, force: true });
    await rename(staged, file);
  } catch {
    await rm(staged, { force: true }).catch(() => {});
  }
}

/** Empties the cache; returns how many files there were. */
export async function clearCache(cacheDir: string): Promise<number> {
  const files = await names(cacheDir);
  for (const name of files) await rm(join(cacheDir, name), { recursive: true, force: true });
  return files.length;
}
