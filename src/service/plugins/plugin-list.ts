import type { PluginSummary, pluginRoutes } from '../../api/plugins.ts';
import type { Host } from '../../host/index.ts';
import type { Acts } from '../act.ts';
import { lastingAnswer } from '../lasting-answer.ts';

/** What was answered to searches of one list, so that it is not written anew for each page that asks. */
interface PluginAnswers {
  readonly all: readonly PluginSummary[];
  readonly list: Host['channelList'];
  readonly bySearch: Map<string, PluginList>;
}

type PluginList = Awaited<ReturnType<Acts<typeof pluginRoutes>['listPlugins']>>;

const inState: Readonly<Record<string, (plugin: PluginSummary) => boolean>> = {
  all: () => true,
  installed: (plugin) => plugin.installed !== null || plugin.broken !== null,
  available: (plugin) => plugin.offered !== null && plugin.installed === null,
  upgradeable: (plugin) => plugin.upgradeable,
  broken: (plugin) => plugin.broken !== null,
  modified: (plugin) => plugin.modified,
};

/** Searches are answered from one list of summaries until that is another one. */
export function pluginList(
  host: Host,
  summaries: () => Promise<readonly PluginSummary[]>,
): Acts<typeof pluginRoutes>['listPlugins'] {
  let answers: PluginAnswers = { all: [], list: null, bySearch: new Map() };
  return async ({ query }) => {
    const all = await summaries();
    const list = host.channelList;
    if (answers.all !== all || answers.list !== list) answers = { all, list, bySearch: new Map() };
    const search = (query.search ?? '').trim().toLowerCase();
    const { offset = 0, limit } = query;
    const key = `${query.state ?? 'all'} ${offset} ${limit} ${search}`;
    const known = answers.bySearch.get(key);
    if (known) return known;
    const found = all.filter(
      ({ id, name, description }) => search === '' || `${id}\n${name}\n${description}`.toLowerCase().includes(search),
    );
    const fitting = found.filter(inState[query.state ?? 'all']!);
    const items = limit === undefined ? fitting.slice(offset) : fitting.slice(offset, offset + limit);
    const counts = Object.fromEntries(
      Object.entries(inState).map(([state, holds]) => [state, found.filter(holds).length]),
    );
    const answer = lastingAnswer({
      items,
      total: fitting.length,
      counts,
      updatedAt: list?.fetchedAt ?? null,
      problems: list?.problems ?? [],
    });
    if (answers.bySearch.size < 100) answers.bySearch.set(key, answer);
    return answer;
  };
}
