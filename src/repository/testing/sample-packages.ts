import type { PackageEntry } from '../../package/index.ts';
import { treeOf, writePackage } from '../../package/index.ts';
import type { PackageInput } from '../index.ts';

export interface SamplePlugin {
  readonly id: string;
  readonly version: string;
  readonly family?: string;
  readonly text?: string;
}

/** A package as a family builds it, with a plugin-info and one file. */
export async function samplePackage({
  id,
  version,
  family,
  text = 'config = 1\n',
}: SamplePlugin): Promise<PackageInput> {
  const info = JSON.stringify({ version, description: `Plugin ${id}.`, capabilities: { 'V, M, F': { lines: 2 } } });
  const tree = treeOf(id, [file('plugin-info', info), file('entry.py', text)]);
  const content = await writePackage(tree, 'tar.bz2');
  return { name: `${id.replaceAll('_', '-')}-${version}.tar.bz2`, content, ...(family ? { family } : {}) };
}

export function file(path: string, text: string): PackageEntry {
  return { path, kind: 'file', mode: 0o644, bytes: new TextEncoder().encode(text) };
}
