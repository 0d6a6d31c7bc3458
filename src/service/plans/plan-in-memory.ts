import { listProcesses, showProcess } from '../../catalogue/index.ts';
import type { PluginDefinition, UpgradeFile } from '../../plugin/index.ts';
import {
  assemblePlan,
  compileUpgrade,
  type DialectName,
  type Plan,
  type PlannedProcess,
  planProcess,
} from '../../upgrade/index.ts';
import type { Services } from '../services.ts';
import { installedDefinitions } from './installed-definitions.ts';

/**
 * What an uploaded version would do to the processes here; nothing is stored. `others` are definitions that came with it
 * and win over installed ones. Throws like compiling does where the upgrade file is faulty.
 */
export async function planInMemory(
  { catalogueOf, config }: Services,
  user: string,
  now: PluginDefinition,
  upgradeFile: UpgradeFile | null,
  {
    others = [],
    dialect,
  }: { readonly others?: readonly PluginDefinition[]; readonly dialect?: DialectName | undefined } = {},
): Promise<{ readonly plan: Plan; readonly planned: readonly PlannedProcess[] }> {
  const catalogue = catalogueOf(user);
  const installed = await installedDefinitions(catalogue.store, now.id);
  const known = new Map(installed.definitions);
  for (const definition of [...others, now]) known.set(definition.version, definition);
  const names = [now.name, ...others.map(({ name }) => name), ...installed.names];
  const plugin = { id: now.id, names: [...new Set(names)] };
  const upgrade = compileUpgrade({
    plugin,
    definitions: known,
    upgradeFile,
    to: now.version,
    dialect: dialect ?? config.dialect,
  });
  const { processes } = await listProcesses(catalogue, { plugin: now.id, limit: null }).catch(() => ({
    processes: [],
  }));
  const planned: PlannedProcess[] = [];
  for (const { id, name, kind, owner, version } of processes) {
    const { document } = await showProcess(catalogue, id);
    const plan = planProcess(upgrade, { id, name, kind, owner, version, document });
    if (plan) planned.push(plan);
  }
  return { plan: assemblePlan({ upgrade, createdAt: catalogue.now(), createdBy: user }, planned), planned };
}
