import type { PluginSummary, pluginRoutes } from '../../api/plugins.ts';
import { declaredSuccessors, pluginUsage } from '../../catalogue/index.ts';
import { LockstepError } from '../../failure/index.ts';
import { installedVersions, withdrawnProblem } from '../../host/index.ts';
import { formsOf } from '../../plugin/index.ts';
import type { Acts } from '../act.ts';
import type { Services } from '../services.ts';
import { endedParts } from './ended-parts.ts';

/** One plugin with its versions and who uses them. Throws `plugin-not-found`. */
export async function showPlugin(
  services: Services,
  summaries: () => Promise<readonly PluginSummary[]>,
  id: string,
  user: string,
): ReturnType<Acts<typeof pluginRoutes>['showPlugin']> {
  const { host, catalogueOf } = services;
  const [summary] = (await summaries()).filter((one) => one.id === id);
  if (!summary) throw notThere(id);
  const loaded = host.plugins.get(id);
  const capabilities = loaded?.capabilities ?? host.channelList?.index.get(id)?.capabilities ?? {};
  const usage = await usesByVersion(services, id);
  return {
    ...summary,
    info: (loaded?.release.info?.raw as Record<string, unknown> | undefined) ?? null,
    capabilities: Object.entries(capabilities).map(([device, values]) => {
      const [vendor = '*', model = '*', firmware = '*'] = device.split(',').map((part) => part.trim());
      return { vendor, model, firmware, values: values as object };
    }),
    versions: (await installedVersions(services.store, id)).map((one) => ({
      version: one.version,
      active: one.active,
      digest: one.digest,
      installedAt: one.installedAt,
      installedBy: one.installedBy,
      uses: usage.get(one.number ?? -1) ?? 0,
    })),
    stepTypeNames: (loaded?.release.definition?.stepTypes ?? []).map(({ name }) => name),
    problems: [
      ...host
        .withdrawn()
        .filter((one) => one.id === id)
        .map(withdrawnProblem),
      ...endedParts(loaded?.release.definition, await declaredSuccessors(services.store.db)),
      ...(loaded?.release.problems ?? []),
    ],
    ...(summary.processes === 0 && {
      processes: (await pluginUsage(catalogueOf(user), id).catch(() => null))?.processCount ?? 0,
    }),
  };
}

export function notThere(id: string): LockstepError {
  return new LockstepError('plugin-not-found', `${id} is neither installed nor offered.`, { hint: 'Update the list.' });
}

async function usesByVersion({ store }: Services, id: string): Promise<Map<number, number>> {
  const names = (
    await store.db.selectFrom('plugin_version').select('name').distinct().where('plugin_id', '=', id).execute()
  ).map(({ name }) => name);
  const rows = await store.db
    .selectFrom('process_use')
    .innerJoin('use_key', 'use_key.id', 'process_use.key_id')
    .select('version')
    .select((is) => is.fn.sum<number>('count').as('n'))
    .where((is) =>
      is.or([
        is('plugin_id', '=', id),
        is.and([is('plugin_id', '=', ''), is('plugin_name', 'in', [id, ...names].flatMap(formsOf))]),
      ]),
    )
    .groupBy('version')
    .execute();
  return new Map(rows.map((row) => [Number(row.version), Number(row.n)]));
}
