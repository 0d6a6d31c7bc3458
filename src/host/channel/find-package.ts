import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChannelSource } from '../../repository/index.ts';
import { readPluginBytes } from '../plugin-source.ts';
import type { Release } from '../release.ts';

export interface PackagePlaces {
  readonly cacheDir: string | null;
  readonly channel: ChannelSource | null;
  /** The file's name where it is known; else the usual one. */
  readonly filename?: string | undefined;
  readonly maxBytes: number;
}

/**
 * The package of a version, to compare a folder with that was made from it: from a cache, or under its usual name in a
 * channel. For comparing only, since nobody vouches for what lies there. Null where it is nowhere.
 */
export async function findPackage(id: string, version: string, places: PackagePlaces): Promise<Release | null> {
  const { cacheDir, channel, maxBytes, filename = `${id.replaceAll('_', '-')}-${version}.tar.bz2` } = places;
  const sources: (() => Promise<Uint8Array | null>)[] = [
    async () => cacheDir && readFile(join(cacheDir, filename)),
    async () => channel?.read(filename, { limit: maxBytes }),
  ].map((read) => async () => (await read()) || null);
  for (const read of sources) {
    // one that cannot be had or is damaged is as good as none: the folder then counts as the administrator's
    const release = await read()
      .then((bytes) => bytes && readPluginBytes(bytes, filename))
      .catch(() => null);
    if (release?.id === id && release.version === version) return release;
  }
  return null;
}
