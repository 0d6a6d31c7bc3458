import type { Inbox, overviewRoutes } from '../../api/overview.ts';
import { system } from '../../ports/index.ts';
import type { Acts, Given } from '../act.ts';
import { hideSecrets } from '../hide-secrets.ts';
import { rememberSummaries } from '../plugins/plugin-summaries.ts';
import type { Services } from '../services.ts';
import { openPlans, recently, runsByHour, waitingQuestions, waitingTasks, waitingUndos } from './inbox.ts';

type Health = Given<Inbox['health']>[number];

export function overviewActs(services: Services): Acts<typeof overviewRoutes> {
  const { store, host, catalogueOf, runs } = services;
  const summaries = rememberSummaries(services);

  const countOf = async (table: 'process' | 'run'): Promise<number> => {
    const { n } =
      table === 'process'
        ? await store.db
            .selectFrom('process')
            .select((is) => is.fn.countAll<number>().as('n'))
            .where('removed_at', 'is', null)
            .executeTakeFirstOrThrow()
        : await store.db
            .selectFrom('run')
            .select((is) => is.fn.countAll<number>().as('n'))
            .where('status', '=', 'running')
            .executeTakeFirstOrThrow();
    return Number(n);
  };

  const health = async (now: number): Promise<Health[]> => {
    // one that was told to stop is missed by nobody
    const agents = (await runs.runs.agents()).filter(({ state }) => state !== 'stopped');
    const online = agents.filter(({ state }) => state === 'online').length;
    const plugins = await summaries();
    const broken = plugins.filter((plugin) => plugin.broken !== null).length;
    const modified = plugins.filter((plugin) => plugin.modified).length;
    const list = host.channelList;
    const age = list ? now - Date.parse(list.fetchedAt) : null;
    return [
      {
        what: 'agents',
        state: online === 0 ? 'bad' : online < agents.length ? 'care' : 'well',
        values: { online, all: agents.length },
      },
      {
        what: 'list',
        state: list === null ? 'care' : list.problems.length > 0 || age! > 7 * 86_400_000 ? 'care' : 'well',
        values: { at: list?.fetchedAt ?? null, problems: list?.problems.length ?? 0 },
      },
      { what: 'plugins', state: broken > 0 ? 'bad' : modified > 0 ? 'care' : 'well', values: { broken, modified } },
      {
        what: 'database',
        state: 'well',
        values: { kind: store.kind },
      },
    ];
  };

  return {
    showOverview: async ({ actor }) => {
      const catalogue = catalogueOf(actor.name);
      const [questions, tasks, undos] = await Promise.all([
        waitingQuestions(catalogue),
        waitingTasks(services),
        waitingUndos(catalogue),
      ]);
      const url = host.settings.get().plugin_server ?? null;
      const agents = (await runs.runs.agents()).filter(({ state }) => state !== 'stopped');
      return {
        channel: url === null ? null : { name: channelName(url), url: hideSecrets(url) },
        waiting: questions.length + tasks.length + undos.length,
        processes: await countOf('process'),
        plans: (await openPlans(catalogue)).length,
        runs: await countOf('run'),
        newer: (await summaries()).filter(({ upgradeable }) => upgradeable).length,
        agents: { online: agents.filter(({ state }) => state === 'online').length, all: agents.length },
      };
    },
    showInbox: async ({ actor }) => {
      const catalogue = catalogueOf(actor.name);
      const now = system.clock.now().getTime();
      const plans = await openPlans(catalogue);
      const offers = (await summaries()).filter(({ upgradeable, behind }) => upgradeable || behind > 0);
      return {
        questions: await waitingQuestions(catalogue),
        tasks: await waitingTasks(services),
        undos: await waitingUndos(catalogue),
        offers: offers
          .slice(0, 50)
          .map(({ id, name, installed, offered, upgradeable, processes, behind, modified }) => ({
            id,
            name,
            installed: installed!,
            offered: upgradeable ? offered : null,
            processes,
            behind,
            modified,
            plan: plans.find(({ plugin }) => plugin.id === id)?.id ?? null,
          })),
        recent: await recently(services, catalogue, now),
        health: await health(now),
        hours: await runsByHour(services, now),
      };
    },
  };
}

/** The last word of a channel's URL: what people call it. */
function channelName(url: string): string {
  const words = url.split('/').filter((word) => word !== '');
  return words.at(-1) ?? url;
}
