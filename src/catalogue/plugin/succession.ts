import type { Kysely } from 'kysely';
import { LockstepError, type Problem } from '../../failure/index.ts';
import { compareVersions, followSuccessors, formsOf, type UpgradeFile } from '../../plugin/index.ts';
import type { Tables } from '../../store/index.ts';
import type { UpgradeInput } from '../../upgrade/index.ts';
import { namesOf } from './plugin-names.ts';
import { definitionsOf, pluginIdOf } from './plugins.ts';

type Predecessor = NonNullable<UpgradeInput['predecessors']>[number];

/** What somebody asks for. */
export interface SuccessionInput {
  /** Plugin id or display name. */
  readonly plugin: string;
  readonly to?: number;
  /** The plugin that takes over, by id or display name; left out: as the plugin's own lifecycle.xml says. */
  readonly successor?: string;
  /** As a plan keeps them: nothing is to be found out any more. */
  readonly predecessors?: readonly string[];
}

export interface FoundSuccession {
  /** The plugin that is upgraded to. */
  readonly target: string;
  /** Whose uses go over to it, through which others; empty for an upgrade of the plugin itself. */
  readonly predecessors: readonly string[];
  readonly problems: readonly Problem[];
}

/** To which plugin do the uses of a plugin go [SUCC-1]? Throws `plugin-not-found` and `successor-not-valid`. */
export async function findSuccession(db: Kysely<Tables>, input: SuccessionInput): Promise<FoundSuccession> {
  if (input.predecessors) return { target: input.plugin, predecessors: input.predecessors, problems: [] };
  if (input.successor !== undefined) {
    const target = await pluginIdOf(db, input.successor);
    const from = await knownOrUsed(db, input.plugin);
    if (from !== target) return { target, predecessors: [from], problems: [] };
    throw new LockstepError('successor-not-valid', `${target} cannot be its own successor.`, {
      hint: 'Name the plugin whose uses go over, and with --successor the one that takes over.',
    });
  }
  const id = await pluginIdOf(db, input.plugin);
  const declared = await declaredSuccessors(db);
  const { ids, end, at } = followSuccessors(id, (one) => declared.get(one));
  if (end === 'circle') {
    const circle = `The successors lead back: ${[...ids, at].join(' → ')}.`;
    if (input.to !== undefined) return { target: id, predecessors: [], problems: [staysInCircle(id, circle)] };
    throw new LockstepError('successor-not-valid', circle, {
      hint: 'Correct the lifecycle.xml that leads back, say which plugin takes over with --successor, or to which version to go with --to.',
    });
  }
  const problems = end === 'unknown' ? [notInstalled(ids.at(-1)!, at)] : [];
  const target = ids.at(-1)!;
  if (target === id || input.to === undefined) return { target, predecessors: ids.slice(0, -1), problems };
  return { target: id, predecessors: [], problems: [goesElsewhere(id, target)] };
}

/** Installed plugins with step types → who takes over, as the newest version of each says. */
export async function declaredSuccessors(db: Kysely<Tables>): Promise<ReadonlyMap<string, string | null>> {
  const rows = await db
    .selectFrom('plugin_version')
    .select(['plugin_id', 'version', 'successor'])
    .where('state', '=', 'installed')
    .where('number', 'is not', null)
    .execute();
  rows.sort((a, b) => compareVersions(a.version, b.version));
  return new Map(rows.map(({ plugin_id, successor }) => [plugin_id, successor]));
}

/** What the rules have to know of the plugins whose uses go over; also of those that are uninstalled, or never were here. */
export async function predecessorsOf(
  db: Kysely<Tables>,
  ids: readonly string[],
  target: string,
): Promise<Predecessor[]> {
  const all = [...ids, target];
  return Promise.all(
    ids.map(async (id, index): Promise<Predecessor> => {
      const definitions = await definitionsOf(db, id);
      const newest = definitions.get(Math.max(...definitions.keys()));
      const names = await namesOf(db, id, all);
      const { successor } = newest ?? {};
      return {
        plugin: { id, names: definitions.size > 0 ? names : [id] },
        definitions,
        upgradeFile: await newestUpgradeFile(db, id),
        declared: successor?.id === all[index + 1] ? (successor ?? null) : null,
      };
    }),
  );
}

async function newestUpgradeFile(db: Kysely<Tables>, id: string): Promise<UpgradeFile | null> {
  const rows = await db
    .selectFrom('plugin_version')
    .select(['version', 'upgrade_file'])
    .where('plugin_id', '=', id)
    .where('number', 'is not', null)
    .execute();
  const newest = rows.sort((a, b) => compareVersions(b.version, a.version))[0]?.upgrade_file;
  return newest ? (JSON.parse(newest) as UpgradeFile) : null;
}

/** A plugin that was never here can have a successor all the same: processes that came from elsewhere use it. */
async function knownOrUsed(db: Kysely<Tables>, plugin: string): Promise<string> {
  try {
    return await pluginIdOf(db, plugin);
  } catch (error) {
    if (!(error instanceof LockstepError) || error.code !== 'plugin-not-found') throw error;
    const used = await db
      .selectFrom('use_key')
      .select('id')
      .where((is) =>
        is.or([
          is('plugin_id', '=', plugin),
          is.and([is('plugin_id', '=', ''), is('plugin_name', 'in', formsOf(plugin))]),
        ]),
      )
      .executeTakeFirst();
    if (used) return plugin;
    throw error;
  }
}

function notInstalled(id: string, successor: string): Problem {
  return {
    code: 'successor-not-installed',
    severity: 'warning',
    message: `${id} names ${successor} as its successor, and no version of that with step types is installed here.`,
    hint: `Install ${successor} and plan again, or say which plugin takes over with --successor.`,
  };
}

function staysInCircle(id: string, circle: string): Problem {
  return {
    code: 'successor-named',
    severity: 'warning',
    message: `${circle} This plan stays with ${id}, since a version of it was asked for.`,
    hint: 'Correct the lifecycle.xml that leads back.',
  };
}

function goesElsewhere(id: string, successor: string): Problem {
  return {
    code: 'successor-named',
    severity: 'notice',
    message: `${id} has a successor, ${successor}; this plan stays with ${id}, since a version of it was asked for.`,
    hint: `lockstep upgrade plan ${id}, without --to, takes its uses to ${successor}.`,
  };
}
