import { type Kysely, sql } from 'kysely';
import { LockstepError } from '../../failure/index.ts';
import { compareVersions } from '../../plugin/index.ts';
import type { Tables } from '../../store/index.ts';
import { recordActivity, said } from '../activity.ts';
import type { Catalogue } from '../catalogue.ts';
import { shownName } from '../process/shown-name.ts';
import { useKeysOf } from './plugin-names.ts';
import { pluginIdOf, switchActive } from './plugins.ts';

export interface PluginUsage {
  /** Current processes that use it; at most 100 are named. */
  readonly processes: readonly {
    readonly id: string;
    readonly name: string;
    readonly version: number;
    readonly uses: number;
  }[];
  readonly processCount: number;
  /** How many of them use a version below the active one. */
  readonly below: number;
  readonly snapshots: readonly { readonly id: string; readonly name: string; readonly version: number }[];
}

/** Who uses a plugin, or one of its versions: current processes and snapshots [DO-2]. */
export async function pluginUsage({ store }: Catalogue, plugin: string, version?: string): Promise<PluginUsage> {
  const { db } = store;
  const id = await pluginIdOf(db, plugin);
  const number = version === undefined ? undefined : await numberOf(db, id, version);
  if (number === null) return { processes: [], processCount: 0, below: 0, snapshots: [] };
  const keys = await useKeysOf(db, { plugin: id });
  const some = keys.length > 0 ? keys : [-1];
  let uses = db.selectFrom('process_use').innerJoin('process', 'process.id', 'process_id').where('key_id', 'in', some);
  let pins = db
    .selectFrom('snapshot_use')
    .innerJoin('snapshot', 'snapshot.id', 'snapshot_id')
    .where('key_id', 'in', some);
  if (number !== undefined) {
    uses = uses.where('process_use.version', '=', number);
    pins = pins.where('snapshot_use.version', '=', number);
  }
  const processes = await uses
    .select(['process.id', shownName.as('name'), 'process_use.version'])
    .select(sql<number>`sum(process_use.count)`.as('uses'))
    .groupBy(['process.id', 'process.name', 'process.draft', 'process_use.version'])
    .orderBy('process.id')
    .limit(100)
    .execute();
  const { n } = await uses.select(sql<number>`count(distinct process_id)`.as('n')).executeTakeFirstOrThrow();
  const active = await db
    .selectFrom('plugin')
    .innerJoin('plugin_version', (join) =>
      join.onRef('plugin_id', '=', 'plugin.id').onRef('plugin_version.version', '=', 'active_version'),
    )
    .select('number')
    .where('plugin.id', '=', id)
    .executeTakeFirst();
  const { below } = await uses
    .select(sql<number>`count(distinct process_id)`.as('below'))
    .where('process_use.version', '<', active?.number ?? 0)
    .executeTakeFirstOrThrow();
  const snapshots = await pins
    .select(['snapshot.id', 'snapshot.name', 'snapshot_use.version'])
    .distinct()
    .orderBy('snapshot.id')
    .execute();
  return {
    processes: processes.map((row) => ({ ...row, id: String(row.id) })),
    processCount: n,
    below,
    snapshots: snapshots.map((row) => ({ ...row, id: String(row.id) })),
  };
}

async function numberOf(db: Kysely<Tables>, id: string, version: string): Promise<number | null> {
  const row = await db
    .selectFrom('plugin_version')
    .select('number')
    .where('plugin_id', '=', id)
    .where('version', '=', version)
    .executeTakeFirst();
  if (row) return row.number;
  throw new LockstepError('plugin-not-found', `Version ${version} of ${id} is not installed.`, {
    hint: '`lockstep plugin show` lists its versions.',
  });
}

/**
 * Marks a version, or all versions, as uninstalled. Refused with `plugin-in-use` while a process or a snapshot uses it,
 * unless forced. When the active version goes, the highest one left is active. Its definition stays for history.
 */
export async function forgetPlugin(
  catalogue: Catalogue,
  plugin: string,
  { version, force = false, why }: { readonly version?: string; readonly force?: boolean; readonly why?: string } = {},
): Promise<void> {
  const usage = await pluginUsage(catalogue, plugin, version);
  if (!force && (usage.processCount > 0 || usage.snapshots.length > 0)) throw inUse(plugin, version, usage);
  await catalogue.store.transaction(async (tx) => {
    const id = await pluginIdOf(tx.db, plugin);
    const installed = await tx.db
      .selectFrom('plugin_version')
      .select(['version', 'name'])
      .where('plugin_id', '=', id)
      .where('state', '=', 'installed')
      .execute();
    const going = installed.filter((row) => version === undefined || row.version === version);
    const staying = installed
      .filter((row) => !going.includes(row))
      .sort((a, b) => compareVersions(b.version, a.version));
    if (going.length === 0) {
      throw new LockstepError('plugin-not-found', `${plugin} ${version ?? ''} is not installed.`.replace('  ', ' '));
    }
    const { active_version } = await tx.db
      .selectFrom('plugin')
      .select('active_version')
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    if (going.some((row) => row.version === active_version)) await switchActive(tx.db, id, staying[0]?.version ?? null);
    const versions = going.map((row) => row.version);
    await tx.db
      .updateTable('plugin_version')
      .set({ state: 'ghosted' })
      .where('plugin_id', '=', id)
      .where('version', 'in', versions)
      .execute();
    await recordActivity(tx.db, catalogue, {
      action: 'plugin.uninstalled',
      subject: { kind: 'plugin', id, name: going[0]!.name },
      detail: { versions, forced: force, ...said(why) },
    });
  });
}

function inUse(plugin: string, version: string | undefined, usage: PluginUsage): LockstepError {
  const named = usage.processes.slice(0, 5).map(({ name }) => `"${name}"`);
  const users = [
    ...(usage.processCount > 0
      ? [`${usage.processCount} processes (${named.join(', ')}${usage.processCount > 5 ? ', …' : ''})`]
      : []),
    ...(usage.snapshots.length > 0
      ? [`the snapshots ${usage.snapshots.map(({ name }) => `"${name}"`).join(', ')}`]
      : []),
  ];
  return new LockstepError(
    'plugin-in-use',
    `${plugin}${version ? ` ${version}` : ''} is used by ${users.join(' and ')}.`,
    {
      hint: 'Upgrade or change them first, or force it.',
      data: { processes: usage.processes, processCount: usage.processCount, snapshots: usage.snapshots },
    },
  );
}
