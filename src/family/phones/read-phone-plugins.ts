import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { LockstepError } from '../../failure/index.ts';
import { readPackage } from '../../package/index.ts';
import { decodePluginInfo, parsePluginInfo } from '../../plugin/index.ts';
import { type BuiltFile, bytesOf } from '../build/built-tree.ts';
import type { ResolvedTarget } from '../recipe/resolved-target.ts';
import { isRead, type PhonePlugin } from './phone-plugin.ts';

/** Larger files are no texts that code or templates read. */
const largestText = 2 * 1024 * 1024;

/** What a target builds, as a plugin whose telephones can be tried. */
export function phonePluginOf({ family, target, tree, facts }: ResolvedTarget): PhonePlugin {
  const files = new Map<string, string | null>();
  const sources = new Map<string, string>();
  for (const [path, node] of tree.nodes) {
    const file = node.kind === 'link' ? linked(tree.nodes, path, node.target) : node;
    if (file?.kind !== 'file') continue;
    files.set(path, textOf(path, file));
    if (file.sources[0] !== undefined) sources.set(path, join(family.shown, file.sources[0]));
  }
  return {
    ...{ id: tree.pluginId, family: family.name, target: target.id, version: facts.version, info: facts.info, files },
    placeOf: (path, line = 1) => ({ file: sources.get(path) ?? `${family.shown}/${path}`, line, column: 1 }),
  };
}

/** The plugins in a folder of plugins, or the one that the folder is; null where it is neither. */
export function phonePluginsIn(folder: string, shown: string): readonly PhonePlugin[] | null {
  if (existsSync(join(folder, 'plugin-info'))) return [phonePluginIn(folder, shown)];
  // the models of a family are no plugins before it is built
  if (existsSync(join(folder, 'build.py')) || existsSync(join(folder, 'family.json'))) return null;
  const names = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'plugin-info')));
  return names.length === 0 ? null : names.sort().map((name) => phonePluginIn(join(folder, name), join(shown, name)));
}

/** The plugin in a package. */
export async function phonePluginOfPackage(id: string, bytes: Uint8Array, filename: string): Promise<PhonePlugin> {
  const tree = await readPackage(bytes, { name: filename });
  const files = tree.entries.flatMap(({ path, kind, bytes: content }) =>
    kind === 'file' && content ? [[path, () => content] as const] : [],
  );
  return phonePluginOfFiles(id, new Map(files), filename);
}

/** A plugin as it stands in a list of its files. */
function phonePluginOfFiles(id: string, bytes: ReadonlyMap<string, () => Uint8Array>, shown: string): PhonePlugin {
  const place = (path: string) => join(shown, path);
  const infoBytes = bytes.get('plugin-info')?.();
  if (!infoBytes)
    throw new LockstepError('plugin-not-valid', `${shown} has no plugin-info.`, { hint: 'Give a plugin.' });
  const { info } = parsePluginInfo(decodePluginInfo(infoBytes, place('plugin-info')), place('plugin-info'));
  const files = new Map(
    [...bytes].map(([path, read]) => [path, isRead(path) ? Buffer.from(read()).toString('utf8') : null]),
  );
  return {
    ...{ id, family: id, target: null, version: info.version, info: info.raw, files },
    placeOf: (path, line = 1) => ({ file: place(path), line, column: 1 }),
  };
}

function phonePluginIn(folder: string, shown: string): PhonePlugin {
  const bytes = new Map<string, () => Uint8Array>();
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = entry.replaceAll('\\', '/');
    const full = join(folder, entry);
    const stats = statSync(full, { throwIfNoEntry: false });
    if (stats?.isFile() && stats.size <= largestText) bytes.set(path, () => readFileSync(full));
    else if (stats?.isFile()) bytes.set(path, () => new Uint8Array());
  }
  return phonePluginOfFiles(folder.replace(/\/+$/, '').split('/').at(-1)!, bytes, shown);
}

function textOf(path: string, file: BuiltFile): string | null {
  if (!isRead(path) || (file.content.kind === 'source' && file.content.size > largestText)) return null;
  return Buffer.from(bytesOf(file)).toString('utf8');
}

function linked(nodes: ResolvedTarget['tree']['nodes'], path: string, target: string) {
  const parts = [...path.split('/').slice(0, -1)];
  for (const part of target.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return nodes.get(parts.join('/'));
}
