import { digestEntries, type PackageEntry, type PackageTree } from '../../package/index.ts';

export interface ModifiedFile {
  readonly path: string;
  readonly change: 'added' | 'changed' | 'removed';
}

/** Everything under `var/` belongs to the server or changes as it runs; the rest is the package's. */
export function isPackageFile(path: string): boolean {
  return path !== 'var' && !path.startsWith('var/');
}

/** What was edited in a live folder, compared with its package. */
export function modifiedFiles(packaged: PackageTree, live: PackageTree): ModifiedFile[] {
  const view = (entry: PackageEntry) => (isPackageFile(entry.path) && entry.kind !== 'directory' ? entry : null);
  const before = digestEntries(packaged, { view });
  const now = digestEntries(live, { view });
  const files: ModifiedFile[] = [];
  for (const path of [...new Set([...before.keys(), ...now.keys()])].sort()) {
    const [old, new_] = [before.get(path), now.get(path)];
    if (old === new_) continue;
    files.push({ path, change: old === undefined ? 'added' : new_ === undefined ? 'removed' : 'changed' });
  }
  return files;
}
