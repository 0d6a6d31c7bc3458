import type { Kysely } from 'kysely';
import { LockstepError, type Problem } from '../../failure/index.ts';
import { compareVersions, type UpgradeFile } from '../../plugin/index.ts';
import type { Tables } from '../../store/index.ts';
import { type CompiledUpgrade, compileUpgrade, type PlanOptions } from '../../upgrade/index.ts';
import { namesOf, sharedNamesOf } from './plugin-names.ts';
import { definitionsOf, pluginIdOf } from './plugins.ts';
import { predecessorsOf } from './succession.ts';

/** The installed version that an upgrade goes to. */
export interface UpgradeTarget {
  readonly pluginId: string;
  readonly version: string;
  readonly number: number;
  readonly digest: string;
  readonly upgradeFile: UpgradeFile | null;
  /** What becomes active again after an undo [DO-6]. */
  readonly formerVersion: string | null;
}

/** Finds the target: the version given, or the highest installed one. `succeeds`: it takes the uses of another plugin. */
export async function targetOf(
  db: Kysely<Tables>,
  plugin: string,
  to?: number,
  succeeds = false,
): Promise<UpgradeTarget> {
  const pluginId = await pluginIdOf(db, plugin);
  const rows = await db
    .selectFrom('plugin_version')
    .select(['version', 'number', 'digest', 'upgrade_file'])
    .where('plugin_id', '=', pluginId)
    .where('state', '=', 'installed')
    .where('number', 'is not', null)
    .execute();
  const fitting = rows.filter((row) => to === undefined || row.number === to);
  const [target] = fitting.sort((a, b) => compareVersions(b.version, a.version));
  if (!target) {
    const what = to === undefined ? 'with step types is installed' : `${to} is installed`;
    throw new LockstepError('plugin-not-found', `No version ${what} of ${pluginId}.`, {
      hint: 'Install it first; `lockstep plugin show` lists its versions.',
    });
  }
  const { active_version, former_version } = await db
    .selectFrom('plugin')
    .select(['active_version', 'former_version'])
    .where('id', '=', pluginId)
    .executeTakeFirstOrThrow();
  return {
    pluginId,
    version: target.version,
    number: target.number!,
    digest: target.digest,
    upgradeFile: target.upgrade_file ? (JSON.parse(target.upgrade_file) as UpgradeFile) : null,
    formerVersion: active_version !== target.version ? active_version : succeeds ? null : former_version,
  };
}

/** The rules for a target, with every definition that is known here. */
export async function compileStoredUpgrade(
  db: Kysely<Tables>,
  target: UpgradeTarget,
  options: Partial<PlanOptions> | undefined,
): Promise<CompiledUpgrade> {
  const definitions = await definitionsOf(db, target.pluginId);
  const active = await activeNumber(db, target.pluginId);
  const before = options?.predecessors ?? [];
  const compiled = compileUpgrade({
    plugin: { id: target.pluginId, names: await namesOf(db, target.pluginId, before) },
    predecessors: await predecessorsOf(db, before, target.pluginId),
    definitions,
    upgradeFile: target.upgradeFile,
    to: target.number,
    active,
    ...(options && { options }),
  });
  const first = before[0] ?? target.pluginId;
  const shared = await sharedNamesOf(db, first, [...before, target.pluginId]);
  return { ...compiled, problems: [...compiled.problems, ...shared.map(nameShared)] };
}

/** [SCOPE-2] */
function nameShared(name: string): Problem {
  return {
    code: 'name-shared',
    severity: 'warning',
    message: `Another installed plugin is called "${name}" too: processes that name it so, without an id, are left out.`,
    hint: 'Uninstall one of the two plugins, or record the plugin’s id in these processes, and plan again.',
  };
}

async function activeNumber(db: Kysely<Tables>, pluginId: string): Promise<number | null> {
  const row = await db
    .selectFrom('plugin')
    .innerJoin('plugin_version', (join) =>
      join
        .onRef('plugin_version.plugin_id', '=', 'plugin.id')
        .onRef('plugin_version.version', '=', 'plugin.active_version'),
    )
    .select('number')
    .where('plugin.id', '=', pluginId)
    .executeTakeFirst();
  return row?.number ?? null;
}
