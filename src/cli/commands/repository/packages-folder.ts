import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageEnding, sha1 } from '../../../package/index.ts';
import { type ChannelIndex, indexName, type PackageInput, parseIndex } from '../../../repository/index.ts';

/** File names of packages directly in a folder, sorted; none where there is no such folder. */
export async function packageNames(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
    throw error;
  });
  const packages = entries.filter(
    (entry) => entry.isFile() && !entry.name.startsWith('.') && packageEnding(entry.name) !== null,
  );
  return packages.map(({ name }) => name).sort();
}

/**
 * The packages of a folder, ready to be published. Their family and digest are taken from whichever of the indexes
 * knows the very bytes, since a package itself does not say them.
 */
export async function readPackages(
  folder: string,
  known: readonly ChannelIndex[],
): Promise<(PackageInput & { sha1: string })[]> {
  const byDigest = new Map(known.flatMap((index) => [...index.values()].map((entry) => [entry.sha1, entry] as const)));
  const inputs: (PackageInput & { sha1: string })[] = [];
  for (const name of await packageNames(folder)) {
    const file = join(folder, name);
    const digest = sha1(await readFile(file));
    const entry = byDigest.get(digest);
    inputs.push({
      name,
      content: { file },
      family: entry?.family ?? null,
      digest: entry?.digest ?? null,
      sha1: digest,
    });
  }
  return inputs;
}

/** The index of a folder; empty where it has none or a damaged one. */
export async function indexOfFolder(folder: string): Promise<ChannelIndex> {
  const text = await readFile(join(folder, indexName), 'utf8').catch(() => '{}');
  try {
    return parseIndex(text).index;
  } catch {
    return new Map();
  }
}
