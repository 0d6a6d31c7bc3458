import { nameInForm } from '../../plugin/index.ts';
import { listUses, type ProcessDocument, parseTrustedJson } from '../../process/index.ts';
import type { Store } from '../../store/index.ts';

/** The runs under way that use a plugin, as a person calls them. */
export interface PluginRuns {
  readonly count: number;
  readonly examples: readonly string[];
}

interface Pin {
  readonly processId: string;
  readonly version: number;
}

/**
 * Runs that are not at their end and whose pinned processes, or steps already handed out, use the plugin, or one version
 * of it [DO-8]. What a process became since does not matter: a run ends on the version it started with.
 */
export async function runsUsing(store: Store, plugin: string, version?: number): Promise<PluginRuns> {
  const { db } = store;
  const running = await db
    .selectFrom('run')
    .select(['run_id', 'process_id', 'process_name', 'process_version', 'state'])
    .where('status', '=', 'running')
    .orderBy('requested_at')
    .execute();
  if (running.length === 0) return { count: 0, examples: [] };
  const names = new Set(
    (await db.selectFrom('plugin_version').select('name').distinct().where('plugin_id', '=', plugin).execute()).map(
      (row) => nameInForm(row.name),
    ),
  );
  const steps = await db
    .selectFrom('run_step')
    .select('run_id')
    .where('plugin_id', '=', plugin)
    .where('state', 'in', ['ready', 'claimed', 'running', 'uncertain'])
    .$if(version !== undefined, (query) => query.where('plugin_version', '=', version!))
    .execute();
  const busy = new Set(steps.map((row) => row.run_id));
  const known = new Map<string, boolean>();
  const uses = async ({ processId, version: processVersion }: Pin): Promise<boolean> => {
    const key = `${processId}@${processVersion}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const row = await db
      .selectFrom('process_version')
      .select('document')
      .where('process_id', '=', Number(processId))
      .where('version', '=', processVersion)
      .executeTakeFirst();
    const found =
      row !== undefined &&
      listUses(parseTrustedJson(row.document) as ProcessDocument).some(
        (use) =>
          (use.pluginId === plugin || (use.pluginId === null && names.has(nameInForm(use.pluginName)))) &&
          (version === undefined || use.pluginVersion === version),
      );
    known.set(key, found);
    return found;
  };
  const using: string[] = [];
  for (const run of running) {
    const root = { processId: String(run.process_id), version: run.process_version };
    if (busy.has(run.run_id) || (await someOf([root, ...pinsOf(run.state)], uses)))
      using.push(`run ${run.run_id} of "${run.process_name}"`);
  }
  return { count: using.length, examples: using };
}

/** Processes that a run starts itself, pinned with it. */
function pinsOf(state: string): Pin[] {
  const { pins } = JSON.parse(state) as { pins?: Readonly<Record<string, Pin>> };
  return Object.values(pins ?? {});
}

async function someOf<T>(items: readonly T[], holds: (item: T) => Promise<boolean>): Promise<boolean> {
  for (const item of items) if (await holds(item)) return true;
  return false;
}
