import type { Store } from '../store/index.ts';
import type { ActiveVersion } from './live/live-folder.ts';

/** An installed version as the database has it. */
export interface InstalledVersion {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly number: number | null;
  readonly digest: string;
  /** Relative to the data folder; null where its content is gone. */
  readonly folder: string | null;
  readonly active: boolean;
  readonly former: boolean;
  readonly installedAt: string;
  readonly installedBy: string;
}

/** Every installed version of one plugin, or of all, by id and time of installation. */
export async function installedVersions(store: Store, id?: string): Promise<InstalledVersion[]> {
  let query = store.db
    .selectFrom('plugin_version')
    .innerJoin('plugin', 'plugin.id', 'plugin_version.plugin_id')
    .select([
      'plugin_id',
      'plugin_version.name',
      'version',
      'number',
      'digest',
      'folder',
      'installed_at',
      'installed_by',
    ])
    .select(['plugin.active_version', 'plugin.former_version'])
    .where('plugin_version.state', '=', 'installed')
    .orderBy('plugin_version.plugin_id')
    .orderBy('plugin_version.installed_at');
  if (id !== undefined) query = query.where('plugin_version.plugin_id', '=', id);
  const rows = await query.execute();
  return rows.map((row) => ({
    id: row.plugin_id,
    name: row.name,
    version: row.version,
    number: row.number,
    digest: row.digest,
    folder: row.folder,
    active: row.version === row.active_version,
    former: row.version === row.former_version,
    installedAt: row.installed_at,
    installedBy: row.installed_by,
  }));
}

/** What new steps use and the live folder shows; undefined where no version is active. */
export async function activeVersion(store: Store, id: string): Promise<InstalledVersion | undefined> {
  return (await installedVersions(store, id)).find(({ active }) => active);
}

/** What the live folder of an installed version must be; null where its content is gone. */
export function asActive({ id, version, digest, folder }: InstalledVersion): ActiveVersion | null {
  return folder === null ? null : { id, version, digest, folder };
}

/** Ids that the database knows and of which nothing is active. */
export async function inactiveIds(store: Store): Promise<string[]> {
  const rows = await store.db.selectFrom('plugin').select('id').where('active_version', 'is', null).execute();
  return rows.map(({ id }) => id);
}
