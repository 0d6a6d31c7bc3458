import { execFile } from 'node:child_process';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { PluginDefinition } from '../../plugin/index.ts';
import { decodeXml, parsePluginXml } from '../../plugin/index.ts';
import { type AuthoredPlugin, readDefinition } from '../commands/authoring/read-definition.ts';

/** Versions of one plugin that lie where an author keeps them. */
export interface VersionsBefore {
  /** What the linter compares with; null where nothing older is known. */
  readonly previous: AuthoredPlugin | null;
  /** Every other version that is known, for blocks of `upgrade.xml` that are older than the last. */
  readonly known: readonly PluginDefinition[];
}

/**
 * Finds the versions before: the one that the editor's settings name, else folders beside this one that hold the same plugin,
 * else what was committed last. What did not change on the disk is not read again.
 */
export class VersionFinder {
  readonly #settings: { readonly previous?: string | undefined };
  readonly #read = new Map<string, { readonly stamp: number; readonly plugin: AuthoredPlugin }>();

  constructor(settings: { readonly previous?: string | undefined }) {
    this.#settings = settings;
  }

  async find(folder: string, { id, version }: PluginDefinition): Promise<VersionsBefore> {
    const named = this.#settings.previous;
    if (named !== undefined) {
      const previous = await readDefinition(named, folder).catch(() => null);
      return { previous, known: previous?.definition ? [previous.definition] : [] };
    }
    const beside = (await this.#besides(folder)).filter((plugin) => plugin.definition?.id === id);
    const older = beside
      .filter(({ definition }) => definition!.version < version)
      .sort((a, b) => b.definition!.version - a.definition!.version);
    const known = beside.map(({ definition }) => definition!);
    if (older[0]) return { previous: older[0], known };
    const committed = await lastCommitted(folder);
    const counts = committed?.definition?.id === id && committed.definition.version < version;
    return { previous: counts ? committed : null, known: counts ? [...known, committed.definition!] : known };
  }

  async #besides(folder: string): Promise<AuthoredPlugin[]> {
    const parent = dirname(folder);
    const names = await readdir(parent, { withFileTypes: true }).catch(() => []);
    const folders = names.filter((entry) => entry.isDirectory() && entry.name !== basename(folder));
    const found = await Promise.all(folders.map(({ name }) => this.#one(join(parent, name))));
    return found.filter((plugin) => plugin !== null);
  }

  async #one(folder: string): Promise<AuthoredPlugin | null> {
    const stats = await stat(join(folder, 'plugin.xml')).catch(() => null);
    if (!stats) return null;
    const before = this.#read.get(folder);
    if (before?.stamp === stats.mtimeMs) return before.plugin;
    const plugin = await readDefinition(folder, folder).catch(() => null);
    if (plugin) this.#read.set(folder, { stamp: stats.mtimeMs, plugin });
    return plugin;
  }
}

/** The plugin.xml of the last commit, where the folder is under git and its version was another one. */
async function lastCommitted(folder: string): Promise<AuthoredPlugin | null> {
  const words = ['-C', folder, 'show', 'HEAD:./plugin.xml'];
  const shown = await promisify(execFile)('git', words, { encoding: 'buffer', maxBuffer: 1 << 26 }).catch(() => null);
  if (!shown) return null;
  const file = join(folder, 'plugin.xml');
  const now = await readFile(file).catch(() => null);
  if (now?.equals(shown.stdout)) return null;
  try {
    const { definition, problems } = parsePluginXml(decodeXml(shown.stdout, file), file, { tokens: 'warn' });
    const nothing = { pluginXml: null, upgradeXml: null, lifecycleXml: null, infoXml: null, pluginInfo: null };
    return { files: { kind: 'folder', folder: null, ...nothing }, definition, upgradeFile: null, problems };
  } catch {
    return null;
  }
}
