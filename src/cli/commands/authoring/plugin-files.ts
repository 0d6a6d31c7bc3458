import { chmod, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, isAbsolute, join, resolve } from 'node:path';
import { LockstepError } from '../../../failure/index.ts';
import { fileAt, readPackage } from '../../../package/index.ts';
import { decodeXml } from '../../../plugin/index.ts';
import { system } from '../../../ports/index.ts';

/** The files of a plugin that its author writes, wherever they lie. Texts are null where there is no such file. */
export interface PluginFiles {
  readonly kind: 'folder' | 'package';
  readonly pluginXml: SourceText | null;
  readonly upgradeXml: SourceText | null;
  readonly lifecycleXml: SourceText | null;
  readonly infoXml: SourceText | null;
  readonly pluginInfo: SourceText | null;
  /** Absolute path of the folder; null for a package. */
  readonly folder: string | null;
}

/** `file` is named as the user would: the path that was given, then the name inside. */
export interface SourceText {
  readonly file: string;
  readonly text: string | LockstepError;
}

/** Texts that are newer than their files, by absolute path: what stands in an editor and is not saved yet. */
export type UnsavedTexts = ReadonlyMap<string, string>;

/** Reads a folder, the folder of a plugin.xml, or a package of any format that Lockstep reads. Bytes that are no text are kept as the error. */
export async function readPluginFiles(path: string, cwd: string, unsaved?: UnsavedTexts): Promise<PluginFiles> {
  const absolute = isAbsolute(path) ? path : resolve(cwd, path);
  const found = await stat(absolute);
  if (found.isDirectory()) return readFolder(path, absolute, unsaved);
  if (basename(absolute) === 'plugin.xml') return readFolder(join(path, '..'), join(absolute, '..'), unsaved);
  const tree = await readPackage(await readFile(absolute), { name: path });
  return collect('package', path, null, async (name) => fileAt(tree, name) ?? null);
}

async function readFolder(path: string, absolute: string, unsaved?: UnsavedTexts): Promise<PluginFiles> {
  const names = await readdir(absolute);
  return collect('folder', path, absolute, async (name) => {
    const text = unsaved?.get(join(absolute, name));
    if (text !== undefined) return Buffer.from(text);
    return names.includes(name) ? readFile(join(absolute, name)) : null;
  });
}

async function collect(
  kind: PluginFiles['kind'],
  path: string,
  folder: string | null,
  read: (name: string) => Promise<Uint8Array | null>,
): Promise<PluginFiles> {
  const textOf = async (name: string): Promise<SourceText | null> => {
    const bytes = await read(name);
    const file = join(path, name);
    return bytes ? { file, text: decoded(bytes, file) } : null;
  };
  const files = {
    kind,
    folder,
    pluginXml: await textOf('plugin.xml'),
    upgradeXml: await textOf('upgrade.xml'),
    lifecycleXml: await textOf('lifecycle.xml'),
    infoXml: await textOf('info.xml'),
    pluginInfo: await textOf('plugin-info'),
  };
  if (!files.pluginXml && !files.pluginInfo)
    throw new LockstepError('file-not-found', `${path} holds neither a plugin.xml nor a plugin-info.`, {
      hint: 'Give the folder or package of one plugin.',
    });
  return files;
}

function decoded(bytes: Uint8Array, file: string): string | LockstepError {
  try {
    return decodeXml(bytes, file);
  } catch (error) {
    if (error instanceof LockstepError) return error;
    throw error;
  }
}

/** Replaces a file in one step, so that a crash leaves the old text or the new one; its mode stays. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const beside = `${path}.${system.random.uuid()}.tmp`;
  const mode = await stat(path).then(
    (stats) => stats.mode & 0o7777,
    () => null,
  );
  try {
    await writeFile(beside, text, mode === null ? {} : { mode });
    if (mode !== null) await chmod(beside, mode);
    await rename(beside, path);
  } finally {
    await rm(beside, { force: true });
  }
}
