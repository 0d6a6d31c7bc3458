import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const shapes = fileURLToPath(new URL('../../../shared/corpus/provd/tree-shapes.json', import.meta.url));

export type ShapeEntry = readonly [path: string, kind: 'file' | 'folder' | 'link', more: string, size?: number];
export type TreeShape = Readonly<Record<string, { readonly version: string; readonly entries: readonly ShapeEntry[] }>>;

/** False where the corpus is not at hand. */
export const hasShapes = existsSync(shapes);

/** Date → the plugins that were built then: paths, kinds and sizes, without their bytes. */
export function treeShapes(): Readonly<Record<string, TreeShape>> {
  return JSON.parse(readFileSync(shapes, 'utf8')) as Record<string, TreeShape>;
}

/** A tree of families, one for each plugin, whose built plugins have this shape, filled with bytes of our own. */
export async function fillTree(shape: TreeShape, folder: string): Promise<void> {
  for (const [id, { version, entries }] of Object.entries(shape)) {
    const model = join(folder, id, 'model');
    await mkdir(model, { recursive: true });
    const recipe = { targets: [{ id: 't', plugin: id, std_dirs: false, layers: [{ copy: 'model/' }] }] };
    await writeFile(join(folder, id, 'family.json'), JSON.stringify(recipe));
    for (const [path, kind, more, size = 0] of entries) {
      const full = join(model, path);
      await mkdir(kind === 'folder' ? full : dirname(full), { recursive: true });
      if (kind === 'file') await writeFile(full, contentOf(id, path, version, size));
      if (kind === 'link') await symlink(more, full);
    }
  }
}

/** As many bytes as the original has, of the kind that its name promises. */
function contentOf(id: string, path: string, version: string, size: number): Uint8Array {
  if (path === 'plugin-info') {
    const info = JSON.stringify({ version, description: `Plugin ${id}`.slice(0, 40), capabilities: {} });
    return Buffer.from(info.padEnd(size, ' '));
  }
  // comments are Python, INI and templates alike
  if (/\.(py|db|tpl)$/.test(path)) return Buffer.from(`#${'.'.repeat(Math.max(0, size - 2))}\n`.slice(0, size));
  if (size === 0) return Buffer.alloc(0);
  return createHash('shake256', { outputLength: size }).update(`${id}/${path}`).digest();
}
