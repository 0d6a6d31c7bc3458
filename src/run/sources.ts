import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LockstepError } from '../failure/index.ts';
import { formsOf, type PluginDefinition, parsePluginXml } from '../plugin/index.ts';
import { type ProcessDocument, parseTrustedJson } from '../process/index.ts';
import type { Store } from '../store/index.ts';
import type { ProcessPin, ProcessReference } from './run-state.ts';

/** Where a run finds processes. A version never changes, so what was loaded once may be kept. */
export interface ProcessSource {
  /** The given version, or the current one. Throws `process-not-found`. */
  load(processId: string, version?: number): Promise<LoadedProcess>;
  /** What a runProcess or componentProcess activity means, at its current version; null when there is none. */
  find(reference: ProcessReference): Promise<ProcessPin | null>;
}

export interface LoadedProcess {
  readonly pin: ProcessPin;
  readonly document: ProcessDocument;
}

/** Where a run finds plugins, any installed version, also those that are no longer active [DO-8]. */
export interface PluginSource {
  /** With a digest: exactly that content, also where the version was loaded again with another since. */
  find(use: PluginReference, digest?: string): Promise<FoundPlugin | null>;
  /** The unpacked plugin with this digest on this machine, or null. */
  folder(digest: string): Promise<string | null>;
}

export interface PluginReference {
  readonly id: string | null;
  readonly name: string;
  readonly version: number;
}

/** How a run keeps what a use refers to. */
export function pluginKey({ id, name, version }: PluginReference): string {
  return `${id ?? name}@${version}`;
}

export interface FoundPlugin {
  readonly id: string;
  readonly version: number;
  readonly digest: string;
  readonly definition: PluginDefinition;
}

/** Processes as the store keeps them. */
export function storedProcesses({ db }: Store): ProcessSource {
  const kept = new Map<string, LoadedProcess>();
  return {
    async load(processId, version) {
      const known = version === undefined ? undefined : kept.get(`${processId}@${version}`);
      if (known) return known;
      let query = db
        .selectFrom('process')
        .innerJoin('process_version', 'process_version.process_id', 'process.id')
        .select(['process.id', 'process.name', 'process_version.version', 'process_version.document'])
        .where('process.id', '=', Number(processId));
      query =
        version === undefined
          ? query.whereRef('process_version.version', '=', 'process.version').where('process.removed_at', 'is', null)
          : query.where('process_version.version', '=', version);
      const row = Number.isInteger(Number(processId)) ? await query.executeTakeFirst() : undefined;
      if (!row)
        throw new LockstepError(
          'process-not-found',
          `There is no process ${processId}${version === undefined ? '' : ` with a version ${version}`}.`,
          { hint: '`lockstep process list` shows them.' },
        );
      const loaded = {
        pin: { processId, version: row.version, name: row.name },
        document: parseTrustedJson(row.document) as ProcessDocument,
      };
      if (kept.size >= 200) kept.delete(kept.keys().next().value!);
      kept.set(`${processId}@${row.version}`, loaded);
      return loaded;
    },
    async find({ kind, name, owner }) {
      let query = db
        .selectFrom('process')
        .select(['id', 'name', 'version', 'owner', 'kind'])
        .where('removed_at', 'is', null)
        // nothing starts a draft by its name
        .where('draft', '=', 0)
        .where('name', 'in', formsOf(name))
        .where('kind', '=', kind);
      if (owner) query = query.where('owner', 'in', formsOf(owner));
      const rows = await query.limit(2).execute();
      const [row] = rows;
      return row && rows.length === 1 ? { processId: String(row.id), version: row.version, name: row.name } : null;
    },
  };
}

/** Plugins as the store and the data folder keep them. */
export function storedPlugins({ db }: Store, dataFolder: string): PluginSource {
  // by digest, so what is kept here never changes
  const definitions = new Map<string, PluginDefinition>();

  async function definitionOf(digest: string, read: () => Promise<PluginDefinition | null>) {
    const known = definitions.get(digest);
    if (known) return known;
    const definition = await read();
    if (!definition) return null;
    if (definitions.size >= 200) definitions.delete(definitions.keys().next().value!);
    definitions.set(digest, definition);
    return definition;
  }

  return {
    async find(use, digest) {
      const row = await rowOf(db, use);
      if (!row || (row.folder === null && digest === undefined)) return null;
      const { plugin_id: id } = row;
      const wanted = digest ?? row.digest;
      const definition = await definitionOf(wanted, () =>
        wanted === row.digest ? storedDefinition(db, id, wanted) : formerDefinition(dataFolder, id, wanted),
      );
      return definition && { id, version: use.version, digest: wanted, definition };
    },
    async folder(digest) {
      const row = await db
        .selectFrom('plugin_version')
        .select('folder')
        .where('digest', '=', digest)
        .where('folder', 'is not', null)
        .executeTakeFirst();
      if (row?.folder) return join(dataFolder, row.folder);
      for (const id of await readdir(join(dataFolder, 'versions')).catch(() => [])) {
        const former = await formerFolder(dataFolder, id, digest);
        if (former) return former;
      }
      return null;
    },
  };
}

function rowOf(db: Store['db'], { id, name, version }: PluginReference) {
  return db
    .selectFrom('plugin_version')
    .select(['plugin_id', 'digest', 'folder'])
    .where('number', '=', version)
    .where('definition', 'is not', null)
    .where((on) =>
      id === null
        ? on.or([
            on('name', 'in', formsOf(name)),
            // [SCOPE-2] a display name that the plugin has only in other versions
            on(
              'plugin_id',
              'in',
              on.selectFrom('plugin_version').select('plugin_id').where('name', 'in', formsOf(name)),
            ),
          ])
        : on('plugin_id', '=', id),
    )
    .orderBy('state', 'desc')
    .executeTakeFirst();
}

async function storedDefinition(db: Store['db'], id: string, digest: string): Promise<PluginDefinition | null> {
  const row = await db
    .selectFrom('plugin_version')
    .select('definition')
    .where('plugin_id', '=', id)
    .where('digest', '=', digest)
    .executeTakeFirst();
  return row?.definition ? (parseTrustedJson(row.definition) as unknown as PluginDefinition) : null;
}

/** The content of a version before it was loaded again; its folder never changes [DO-8]. */
async function formerDefinition(dataFolder: string, id: string, digest: string): Promise<PluginDefinition | null> {
  const folder = await formerFolder(dataFolder, id, digest);
  const text = folder && (await readFile(join(folder, 'plugin.xml'), 'utf8').catch(() => null));
  return text ? parsePluginXml(text, 'plugin.xml').definition : null;
}

async function formerFolder(dataFolder: string, id: string, digest: string): Promise<string | null> {
  const versions = join(dataFolder, 'versions', id);
  const keys = await readdir(versions).catch(() => []);
  const key = keys.find((name) => digest.startsWith(name.slice(name.lastIndexOf('-') + 1)));
  return key === undefined ? null : join(versions, key);
}
