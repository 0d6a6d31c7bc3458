import { readFile, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { LockstepError, type Problem } from '../failure/index.ts';
import { digestTree, fileAt, type PackageTree, readFolder, readPackage } from '../package/index.ts';
import {
  checkInfoXml,
  isPluginId,
  isVersionName,
  parseLifecycleXml,
  parsePluginInfo,
  parsePluginXml,
  parseUpgradeXml,
} from '../plugin/index.ts';
import { markerName } from './live/live-marker.ts';
import type { Release } from './release.ts';

/** Larger packages are refused before they are read. */
const maxPackageBytes = 256 * 1024 * 1024;

/**
 * Reads a plugin from a folder, a zip or a tar and finds it valid, or throws one error with its place [DO-9]. The id is
 * plugin.xml's; where there is a plugin-info, it is the root folder's name. Nothing is written.
 */
export async function readPluginSource(path: string): Promise<Release> {
  const full = resolve(path);
  const stats = await stat(full).catch((cause: unknown) => {
    throw new LockstepError('file-not-found', `${path} does not exist.`, {
      hint: 'Name a plugin folder, a .zip or a .tar.bz2.',
      cause,
    });
  });
  if (stats.isDirectory()) {
    const include = (name: string) => name !== markerName && !/(^|\/)(\.git|__pycache__)$/.test(name);
    return readRelease(await readFolder(full, { root: basename(full), include }), path);
  }
  if (stats.size > maxPackageBytes) {
    throw new LockstepError('package-not-safe', `${path} is larger than ${maxPackageBytes} bytes.`, {
      hint: 'Check that this is a plugin.',
    });
  }
  const bytes = await readFile(full).catch((cause: unknown) => {
    throw new LockstepError('file-unreadable', `${path} cannot be read.`, { cause });
  });
  return readPluginBytes(bytes, basename(path));
}

/** The same for a package in memory; `name` is what errors call it. */
export async function readPluginBytes(bytes: Uint8Array, name: string): Promise<Release> {
  return readRelease(await readPackage(bytes, { name }), name);
}

/** Finds out what a tree is: the definitions in it, its id and its version. Throws `plugin-not-valid` and the parsers' errors. */
export function readRelease(tree: PackageTree, source: string): Release {
  const pluginXml = textAt(tree, 'plugin.xml', source);
  const pluginInfo = textAt(tree, 'plugin-info', source);
  if (pluginXml === null && pluginInfo === null) throw noPlugin(tree, source);
  const problems: Problem[] = [];
  const plugin = pluginXml === null ? null : parsePluginXml(pluginXml, place(source, 'plugin.xml'));
  const described = pluginInfo === null ? null : parsePluginInfo(pluginInfo, place(source, 'plugin-info'));
  const upgradeXml = textAt(tree, 'upgrade.xml', source);
  const upgrade = upgradeXml === null || !plugin ? null : parseUpgradeXml(upgradeXml, place(source, 'upgrade.xml'));
  const lifecycleXml = textAt(tree, 'lifecycle.xml', source);
  const lifecycle =
    lifecycleXml === null || !plugin
      ? null
      : parseLifecycleXml(lifecycleXml, place(source, 'lifecycle.xml'), plugin.definition);
  const definition = lifecycle?.definition ?? plugin?.definition ?? null;
  const infoXml = textAt(tree, 'info.xml', source);
  for (const reading of [plugin, described, upgrade, lifecycle]) problems.push(...(reading?.problems ?? []));
  const id = idOf(tree, plugin?.definition.id ?? null, described !== null, source);
  const version = described?.info.version ?? String(plugin!.definition.version);
  if (!isVersionName(version)) {
    throw new LockstepError('plugin-not-valid', `${source}: ${JSON.stringify(version)} cannot be a version.`, {
      hint: 'Write numbers with dots, such as 1.4.2; the version is also part of a name of files.',
      ...(described ? { where: described.info.versionAt } : {}),
    });
  }
  if (infoXml !== null) noteInfoFault(infoXml, place(source, 'info.xml'), problems);
  return {
    id,
    name: plugin?.definition.name ?? id,
    version,
    number: plugin?.definition.version ?? null,
    definition,
    upgradeFile: upgrade?.upgradeFile ?? null,
    info: described?.info ?? null,
    digest: digestTree(tree),
    tree,
    problems,
  };
}

function noteInfoFault(text: string, file: string, problems: Problem[]): void {
  try {
    checkInfoXml(text, file);
  } catch (error) {
    // it only tells people about the plugin: a fault in it stops nobody
    if (!(error instanceof LockstepError)) throw error;
    const { code, message, hint, where } = error;
    problems.push({ code, severity: 'warning', message, ...(hint ? { hint } : {}), ...(where ? { where } : {}) });
  }
}

function idOf(tree: PackageTree, declared: string | null, described: boolean, source: string): string {
  const id = described ? (tree.root ?? declared) : declared;
  if (id === null) {
    throw new LockstepError(
      'plugin-not-valid',
      `${source} has a plugin-info but no root folder, which would name the plugin.`,
      {
        hint: 'Pack the folder of the plugin itself, as `lockstep package` does.',
      },
    );
  }
  if (!isPluginId(id)) {
    throw new LockstepError('plugin-not-valid', `${source}: ${JSON.stringify(id)} cannot be a plugin's id.`, {
      hint: 'Use letters, digits, ".", "_" and "-"; the id is also a folder name.',
    });
  }
  return id;
}

function noPlugin(tree: PackageTree, source: string): LockstepError {
  const tops = [...new Set(tree.entries.map(({ path }) => path.split('/', 1)[0]!))].slice(0, 5);
  const what = tree.entries.length === 0 ? 'It is empty' : `At its top: ${tops.join(', ')}`;
  return new LockstepError(
    'plugin-not-valid',
    `${source} holds no plugin: there is no plugin.xml and no plugin-info. ${what}.`,
    {
      hint: 'Name the folder that holds plugin.xml or plugin-info, or its package.',
    },
  );
}

function textAt(tree: PackageTree, path: string, source: string): string | null {
  const bytes = fileAt(tree, path);
  if (!bytes) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new LockstepError('plugin-not-valid', `${place(source, path)} is not UTF-8 text.`, {
      hint: 'Save the file as UTF-8.',
      cause,
    });
  }
}

function place(source: string, path: string): string {
  return `${source.replace(/\/$/, '')}/${path}`;
}
