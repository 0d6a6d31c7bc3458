import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { changedMeanwhile } from '../folder-storage.ts';
import type { RepositoryStorage } from '../storage.ts';

/** Storage in memory whose lock everybody gets, as if each holder had lost it to the next. The same bytes have the same version, as on S3. */
export function memoryStorage(files: Map<string, Uint8Array> = new Map()): RepositoryStorage {
  const versionOf = (bytes: Uint8Array | undefined): string | null =>
    bytes === undefined ? null : createHash('md5').update(bytes).digest('hex');
  const below = (prefix: string): string[] => [...files.keys()].filter((path) => path.startsWith(prefix)).sort();
  return {
    address: 'memory',
    list: async (prefix) => below(prefix).map((path) => ({ path, size: files.get(path)!.length, modified: 0 })),
    async listFolders(prefix) {
      const rest = below(prefix).map((path) => path.slice(prefix.length).split('/'));
      return [...new Set(rest.filter(({ length }) => length > 1).map(([name]) => name!))];
    },
    async read(path) {
      const bytes = files.get(path);
      return bytes === undefined ? null : { bytes, version: versionOf(bytes)! };
    },
    async writeIfAbsent(path, content) {
      const bytes = content instanceof Uint8Array ? content : await readFile(content.file);
      if (files.has(path)) return false;
      files.set(path, bytes);
      return true;
    },
    async replace(path, bytes, expected) {
      if (versionOf(files.get(path)) !== expected) throw changedMeanwhile(path);
      files.set(path, bytes);
    },
    async delete(path) {
      files.delete(path);
    },
    lock: async () => ({ release: async () => {} }),
  };
}
