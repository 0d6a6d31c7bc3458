import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What `dist/` is made of; the page keeps an eye on its own sources. */
const sources = ['src', 'scripts/build.ts', 'scripts/package', 'schemas', 'package-lock.json'];

/** Whether everything in `dist/` is newer than all that it is made of. */
export function isBuilt(root: string): boolean {
  // written last
  const built = statSync(join(root, 'dist/packages.json'), { throwIfNoEntry: false });
  if (!built) return false;
  return sources.map((name) => join(root, name)).every((path) => newest(path) < built.mtimeMs);
}

function newest(path: string): number {
  const { mtimeMs } = statSync(path);
  const names = statSync(path).isDirectory() ? readdirSync(path, { recursive: true, withFileTypes: true }) : [];
  const inside = names.map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs);
  return inside.reduce((latest, time) => Math.max(latest, time), mtimeMs);
}
