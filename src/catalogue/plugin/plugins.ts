import { type Kysely, type Selectable, sql } from 'kysely';
import { LockstepError } from '../../failure/index.ts';
import {
  compareVersions,
  formsOf,
  type PluginDefinition,
  type PluginInfo,
  type UpgradeFile,
} from '../../plugin/index.ts';
import type { PluginVersionTable, Tables } from '../../store/index.ts';

import type { Catalogue } from '../catalogue.ts';

export interface PluginSummary {
  readonly id: string;
  readonly name: string;
  /** What new steps use, or null. */
  readonly activeVersion: string | null;
  /** Newest first. */
  readonly versions: readonly PluginVersionSummary[];
}

export interface PluginVersionSummary {
  readonly version: string;
  /** The whole number of plugin.xml, or null for a plugin without step types. */
  readonly number: number | null;
  readonly state: 'active' | 'side-by-side' | 'ghosted';
  readonly name: string;
  readonly digest: string;
  readonly folder: string | null;
  readonly installedAt: string;
  readonly installedBy: string;
}

export interface ShownPlugin extends PluginSummary {
  readonly definitions: ReadonlyMap<number, PluginDefinition>;
  readonly upgradeFiles: ReadonlyMap<number, UpgradeFile>;
  /** By version. */
  readonly infos: ReadonlyMap<string, PluginInfo>;
}

/** Installed plugins by id; ghosted versions only when asked for. */
export async function listPlugins({ store }: Catalogue, { ghosted = false } = {}): Promise<PluginSummary[]> {
  const plugins = await store.db.selectFrom('plugin').selectAll().orderBy('id').execute();
  const versions = await store.db
    .selectFrom('plugin_version')
    .select(['plugin_id', 'version', 'number', 'name', 'digest', 'folder', 'state', 'installed_at', 'installed_by'])
    .execute();
  return plugins
    .map(({ id, name, active_version }) => ({
      id,
      name,
      activeVersion: active_version,
      versions: versions
        .filter((row) => row.plugin_id === id && (ghosted || row.state === 'installed'))
        .sort((a, b) => compareVersions(b.version, a.version))
        .map((row) => summary(row, active_version)),
    }))
    .filter(({ versions: some }) => some.length > 0);
}

/** A plugin by id or by any display name it had; `plugin-not-found`. */
export async function showPlugin(catalogue: Catalogue, name: string): Promise<ShownPlugin> {
  const { db } = catalogue.store;
  const id = await pluginIdOf(db, name);
  const plugin = (await listPlugins(catalogue, { ghosted: true })).find((one) => one.id === id)!;
  const rows = await db.selectFrom('plugin_version').selectAll().where('plugin_id', '=', id).execute();
  const numbered = rows.filter((row) => row.number !== null);
  return {
    ...plugin,
    definitions: definitionsIn(rows),
    upgradeFiles: new Map(
      numbered
        .filter((row) => row.upgrade_file)
        .map((row) => [row.number!, JSON.parse(row.upgrade_file!) as UpgradeFile]),
    ),
    infos: new Map(rows.filter((row) => row.info).map((row) => [row.version, JSON.parse(row.info!) as PluginInfo])),
  };
}

/** The id of a plugin named by id or display name. */
export async function pluginIdOf(db: Kysely<Tables>, name: string): Promise<string> {
  const byId = await db.selectFrom('plugin').select('id').where('id', '=', name).executeTakeFirst();
  if (byId) return byId.id;
  const byName = await db
    .selectFrom('plugin_version')
    .select('plugin_id')
    .distinct()
    .where('name', 'in', formsOf(name))
    .execute();
  if (byName.length === 1) return byName[0]!.plugin_id;
  if (byName.length > 1) {
    const ids = byName.map(({ plugin_id }) => plugin_id).sort();
    throw new LockstepError('plugin-not-found', `Several plugins are or were called "${name}": ${ids.join(', ')}.`, {
      hint: 'Name the one that is meant by its id.',
    });
  }
  throw new LockstepError('plugin-not-found', `There is no plugin "${name}".`, {
    hint: '`lockstep plugin list` shows what is installed.',
  });
}

/** Every known definition by number, uninstalled ones too: chains start at any version [CHAIN-1]. */
export async function definitionsOf(db: Kysely<Tables>, pluginId: string): Promise<Map<number, PluginDefinition>> {
  const rows = await db
    .selectFrom('plugin_version')
    .select(['version', 'number', 'definition'])
    .where('plugin_id', '=', pluginId)
    .execute();
  return definitionsIn(rows);
}

function definitionsIn(
  rows: readonly Pick<Selectable<PluginVersionTable>, 'version' | 'number' | 'definition'>[],
): Map<number, PluginDefinition> {
  // of several package versions with one definition number the newest counts
  const ordered = [...rows].sort((a, b) => compareVersions(a.version, b.version));
  const definitions = new Map<number, PluginDefinition>();
  for (const { number, definition } of ordered) {
    if (number !== null && definition) definitions.set(number, JSON.parse(definition) as PluginDefinition);
  }
  return definitions;
}

function summary(
  row: Omit<Selectable<PluginVersionTable>, 'definition' | 'upgrade_file' | 'info' | 'successor'>,
  active: string | null,
): PluginVersionSummary {
  return {
    version: row.version,
    number: row.number,
    state: row.state === 'ghosted' ? 'ghosted' : row.version === active ? 'active' : 'side-by-side',
    name: row.name,
    digest: row.digest,
    folder: row.folder,
    installedAt: row.installed_at,
    installedBy: row.installed_by,
  };
}

/** Moves the pointer and remembers where it stood; returns the plugin's display name. */
export async function switchActive(db: Kysely<Tables>, pluginId: string, version: string | null): Promise<string> {
  const plugin = await db.selectFrom('plugin').selectAll().where('id', '=', pluginId).executeTakeFirst();
  if (!plugin) throw new LockstepError('plugin-not-found', `There is no plugin ${pluginId}.`);
  if (plugin.active_version === version) return plugin.name;
  if (version !== null) {
    const there = await db
      .selectFrom('plugin_version')
      .select('name')
      .where('plugin_id', '=', pluginId)
      .where('version', '=', version)
      .where('state', '=', 'installed')
      .executeTakeFirst();
    if (!there) {
      throw new LockstepError('plugin-not-found', `Version ${version} of ${plugin.name} is not installed.`, {
        hint: 'Install it side by side first.',
      });
    }
  }
  await db
    .updateTable('plugin')
    .set({ active_version: version, former_version: sql`active_version` })
    .where('id', '=', pluginId)
    .execute();
  return plugin.name;
}
