import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LockstepError } from '../../../failure/index.ts';
import type { BuildReport } from '../../../family/index.ts';

/**
 * Replaces the index of a build's out folder if it is no longer right. Where neither the offer nor the file has changed
 * since the last time, nothing is read or written: `stampFile` remembers.
 */
export async function writeIndex(
  { out, offered }: BuildReport,
  { extraKeys, stampFile }: { readonly extraKeys: boolean; readonly stampFile: string },
): Promise<void> {
  const file = join(out, 'plugins.db');
  const wanted = JSON.stringify([
    out,
    extraKeys,
    offered.map(({ pluginId, sha256, digest }) => [pluginId, sha256, digest]),
  ]);
  if ((await readText(stampFile)) === (await stampOf(file, wanted))) return;
  const { describeEntry, formatIndex } = await import('../../../repository/index-entries.ts');
  const entries = offered.map((one) => describeEntry({ ...one, id: one.pluginId }));
  const text = formatIndex(entries, { extraKeys });
  if ((await readText(file)) !== text) await replace(file, text);
  await replace(stampFile, await stampOf(file, wanted));
}

async function stampOf(file: string, wanted: string): Promise<string> {
  const stats = await stat(file).catch(() => null);
  return JSON.stringify([stats?.size ?? null, stats?.mtimeMs ?? null, stats?.ctimeMs ?? null, wanted]);
}

async function readText(file: string): Promise<string | null> {
  return readFile(file, 'utf8').catch(() => null);
}

async function replace(file: string, text: string): Promise<void> {
  const fresh = `${file}.${process.pid}.new`;
  try {
    await writeFile(fresh, text);
    await rename(fresh, file);
  } catch (cause) {
    throw new LockstepError('file-unreadable', `${file} cannot be written: ${(cause as Error).message}`, { cause });
  }
}
