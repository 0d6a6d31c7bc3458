import type { ChannelEvent, ChannelSummary, channelRoutes, OfferDifference } from '../../api/channels.ts';
import { LockstepError } from '../../failure/index.ts';
import { readPluginBytes } from '../../host/index.ts';
import {
  compareOffers,
  type Generation,
  type IndexEntry,
  type Repository,
  signatureProblems,
  signatureTerms,
  type Yanked,
} from '../../repository/index.ts';
import type { Acts } from '../act.ts';
import { compareReleases } from '../plugins/compare-releases.ts';
import type { Services } from '../services.ts';
import type { ChannelAct } from './channel-act.ts';

const relations = {
  'only-first': 'only-left',
  'only-second': 'only-right',
  'first-higher': 'newer',
  'second-higher': 'older',
  'other-bytes': 'same-version-other-bytes',
} as const satisfies Record<string, OfferDifference['relation']>;

export function channelActs({ served, channels }: Services): Acts<typeof channelRoutes> {
  const told = async (act: ChannelAct, activity: string): Promise<ChannelEvent> => {
    const { channel, generation } = await channels.perform(act, activity);
    if (generation) return describeGeneration(generation);
    throw new LockstepError('channel-busy', `The channel ${channel} offers that already; nothing was changed.`, {
      hint: 'Look at the difference between the two channels.',
    });
  };

  return {
    listChannels: async () => {
      const channels = await served.repository.listChannels();
      return Promise.all(channels.map((channel) => describeChannel(served.repository, channel.name)));
    },
    diffChannels: async ({ query }) => {
      const { repository } = served;
      const offered = async (channel: string) => (await repository.readOffer(channel)).index;
      const differences = compareOffers(await offered(query.from), await offered(query.to));
      const since = await arrivals(repository, query.from);
      return differences.map(({ id, family, first, second, kind }) => ({
        id,
        family,
        left: first,
        right: second,
        relation: relations[kind],
        since: since.get(`${id} ${first}`) ?? null,
      }));
    },
    promote: async ({ body, actor }) => {
      const { from, to, select, why } = body;
      const request = { from, what: select, why };
      return told({ verb: 'promote', channel: to, who: actor.name, request }, 'channel.promoted');
    },
    showChannel: async ({ params }) => {
      const { repository, storage } = served;
      const offer = await repository.readOffer(params.channel);
      const kept = await storage.read(`plugins/1/${params.channel}/yanked.json`);
      const yanked = kept ? (JSON.parse(new TextDecoder().decode(kept.bytes)) as Yanked) : {};
      const history = await repository.history(params.channel);
      const yankedBy = (id: string, version: string) =>
        history.findLast(
          ({ action, changes }) =>
            action === 'yank' && changes.some((change) => change.id === id && change.before === version),
        )?.who;
      return {
        ...(await describeChannel(repository, params.channel)),
        offers: [...offer.index.values()].map(describeOffer),
        yanked: Object.entries(yanked).flatMap(([id, versions]) =>
          Object.entries(versions).map(([version, { reason, replacement, when, who }]) => ({
            id,
            version,
            reason,
            replacement,
            at: when,
            by: yankedBy(id, version) ?? who,
          })),
        ),
        problems: offer.problems,
      };
    },
    channelHistory: async ({ params }) =>
      (await served.repository.history(params.channel)).map(describeGeneration).reverse(),
    compareOffer: async ({ params: { channel, plugin }, query: { against } }) => {
      const { repository } = served;
      const packageIn = async (where: string) => {
        const entry = (await repository.readOffer(where)).index.get(plugin);
        return entry ? readPluginBytes(await repository.readPackage(where, entry), entry.filename) : null;
      };
      const to = await packageIn(channel);
      if (!to) {
        const options = { hint: 'Look at what the channel offers.' };
        throw new LockstepError('plugin-not-found', `${channel} does not offer ${plugin}.`, options);
      }
      return { ...compareReleases(await packageIn(against), to), userFiles: null };
    },
    listSignatures: async ({ params }) =>
      (await signatureTerms(served.storage))
        .filter(({ channel }) => channel === null || channel === params.channel)
        .map((term) => {
          const trouble = signatureProblems([term])[0]?.severity;
          const state = trouble === undefined ? 'well' : trouble === 'error' ? 'bad' : 'care';
          return { role: term.role, ends: term.ends, days: term.days, state };
        }),
    restoreChannel: async ({ params, body, actor }) =>
      told({ verb: 'restore', channel: params.channel, who: actor.name, request: body }, 'channel.restored'),
    yank: async ({ params, body, actor }) => {
      const { plugin, version, reason, replacement } = body;
      const { repository } = served;
      const offered = (await repository.readOffer(params.channel)).index.get(plugin);
      if (offered?.version !== version) {
        throw new LockstepError('plugin-not-found', `${params.channel} does not offer ${plugin} ${version}.`, {
          hint: offered ? `It offers ${offered.version}.` : 'It offers no version of it.',
        });
      }
      const request = { plugins: [plugin], why: reason, ...(replacement !== undefined && { replacement }) };
      return told({ verb: 'yank', channel: params.channel, who: actor.name, request }, 'channel.yanked');
    },
  };
}

/** When each version came into a channel last, by "id version". */
async function arrivals(repository: Repository, channel: string): Promise<Map<string, { at: string; by: string }>> {
  const came = new Map<string, { at: string; by: string }>();
  for (const { when, who, changes } of await repository.history(channel))
    for (const { id, after } of changes) if (after !== null) came.set(`${id} ${after}`, { at: when, by: who });
  return came;
}

async function describeChannel(repository: Repository, name: string): Promise<ChannelSummary> {
  const [summary] = (await repository.listChannels()).filter((channel) => channel.name === name);
  const offer = await repository.readOffer(name);
  const last = (await repository.history(name)).at(-1);
  return {
    name,
    url: `/plugins/1/${name}/`,
    plugins: offer.index.size,
    bytes: [...offer.index.values()].reduce((sum, entry) => sum + entry.size, 0),
    generation: summary?.generation ?? 0,
    changedAt: summary?.changed ?? last?.when ?? null,
    changedBy: last?.who ?? null,
    signed: summary?.signed ?? false,
    ends: summary?.ends ?? null,
  };
}

function describeOffer({ id, version, description, family, filename, size, sha256 }: IndexEntry) {
  return { id, version, description, family, filename, size, sha256 };
}

const shownActions: Readonly<Record<Generation['action'], ChannelEvent['action']>> = {
  publish: 'publish',
  'upload-stable': 'publish',
  outside: 'publish',
  promote: 'promote',
  yank: 'yank',
  archive: 'yank',
  restore: 'restore',
};

function describeGeneration({ generation, when, who, action, why, from, changes }: Generation): ChannelEvent {
  return {
    generation,
    at: when,
    by: who,
    action: shownActions[action],
    why: why ?? '',
    from: from?.channel ?? null,
    changes: changes.map(({ id, before, after }) => ({ id, before, after })),
  };
}
