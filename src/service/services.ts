import { join } from 'node:path';
import type { UserFiles } from '../api/plugins.ts';
import { type Catalogue, openCatalogue, pluginUsage, recordActivity, showPlan } from '../catalogue/index.ts';
import { describeUserFiles, Host } from '../host/index.ts';
import {
  channelSigner,
  openStorage,
  type Repository,
  type RepositoryStorage,
  type SignatureTerm,
  storedRepository,
} from '../repository/index.ts';
import { pinnedContent } from '../run/index.ts';
import { type DataFolder, openDataFolder, type Store } from '../store/index.ts';
import { Accounts } from './accounts/accounts.ts';
import type { Actor } from './accounts/actor.ts';
import { OldToolPasswords } from './accounts/old-tool-passwords.ts';
import { describeActivity } from './activity/activity-acts.ts';
import { type ChannelWork, workOnChannels } from './channels/channel-work.ts';
import { clearUploads } from './channels/receive-upload.ts';
import { EventHub } from './operations/event-hub.ts';
import { OperationBook } from './operations/operations.ts';
import { ModifiedMarks } from './plugins/modified-marks.ts';
import { PluginDesk } from './plugins/plugin-work.ts';
import { isAlone } from './runs/agent-policy.ts';
import { BuiltInAgent } from './runs/built-in-agent.ts';
import { type DataRuns, openDataRuns } from './runs/data-runs.ts';
import { agreeOnRunKey } from './runs/run-key.ts';
import { runsUsing } from './runs/runs-using.ts';
import type { ServerConfig } from './settings/config.ts';
import { joinServers, planShareHandler, serverName, shareWithOthers, type Together } from './together/index.ts';

/** The repository whose channels this server serves. */
interface Served {
  readonly repository: Repository;
  readonly storage: RepositoryStorage;
  /** Null where it is no folder. */
  readonly folder: string | null;
}

/** Everything that the routes call, composed once for a running server. */
export interface Services {
  readonly config: ServerConfig;
  readonly data: DataFolder;
  readonly store: Store;
  readonly accounts: Accounts;
  readonly oldTools: OldToolPasswords;
  readonly events: EventHub;
  readonly operations: OperationBook;
  readonly host: Host;
  readonly desk: PluginDesk;
  readonly marks: ModifiedMarks;
  readonly served: Served;
  readonly channels: ChannelWork;
  /** Plan → the operation that works on it now. */
  readonly planWork: Map<string, string>;
  /** After a plan was applied or undone: the plugin's folder and readers follow the database. */
  readonly followPlan: (plan: { readonly plugin: { readonly id: string } }) => Promise<UserFiles | null>;
  readonly catalogueOf: (user: string) => Catalogue;
  /** Writes who did what; for deeds that no other folder records. */
  readonly record: (
    actor: Pick<Actor, 'name'>,
    action: string,
    kind: string,
    subject: string,
    detail: Readonly<Record<string, unknown>>,
  ) => Promise<void>;
  /** Tells open pages of activity that was written since the last time. */
  readonly announceActivity: () => Promise<void>;
  readonly runs: DataRuns;
  readonly builtIn: BuiltInAgent;
  /** Whom troubles of its agent are told. */
  readonly troubles: { tell: (message: string) => void };
  /** What a person should know of how this server was set up. */
  readonly notes: readonly string[];
  /** The other servers on this database; null where there can be none. */
  readonly together: Together | null;
  /** How long the signatures of the served channels still hold, as last looked at. */
  readonly signatures: { terms: readonly SignatureTerm[] };
  /** Aborted when the server begins to stop. */
  readonly stopping: AbortSignal;
  beginStop(): void;
  close(): Promise<void>;
}

/** Opens the data folder and everything upon it. Throws `data-busy` where another process holds it. */
export async function composeServices(config: ServerConfig): Promise<Services> {
  const data = await openDataFolder(config.data, {
    write: true,
    ...(config.database !== null && { database: config.database }),
  });
  try {
    return await compose(config, data);
  } catch (error) {
    await data.close();
    throw error;
  }
}

async function compose(config: ServerConfig, data: DataFolder): Promise<Services> {
  const { store } = data;
  const stop = new AbortController();
  const accounts = new Accounts(store);
  const events = new EventHub();
  const name = config.database === null ? null : serverName();
  const operations = new OperationBook(events, name);
  const catalogueOf = (user: string): Catalogue => openCatalogue(store, { user });
  const announceActivity = activityAnnouncer(store, events);

  const notes = await agreeOnRunKey(data, config.runs.key);
  if (config.database !== null) await shareWithOthers(data);
  const host = await Host.open(data, {
    settings: settingSources(config),
    pinnedContent: () => pinnedContent(store),
    usesOf: async (id) => {
      const usage = await pluginUsage(catalogueOf('server'), id).catch(() => null);
      const runs = await runsUsing(store, id);
      const named = [...(usage?.processes ?? []), ...(usage?.snapshots ?? [])].map(({ name }) => `"${name}"`);
      return {
        count: (usage?.processCount ?? 0) + (usage?.snapshots.length ?? 0) + runs.count,
        examples: [...runs.examples, ...named].slice(0, 5),
      };
    },
  });
  const marks = new ModifiedMarks(host, () => events.publish({ topic: 'plugins' }));
  const desk = new PluginDesk({ host, operations, events, store, catalogueOf, announceActivity });

  const runs = openDataRuns(data, {
    builtInAgent: false,
    mayWorkHere: (tx) => isAlone(tx.db, new Date()),
    runKey: config.runs.key,
    upkeep: true,
    retention: { days: config.runs.keepDays, keep: config.runs.keepCount },
    url: config.listen.url,
    agent: { properties: config.agent.properties, allow: config.agent.environment },
  });
  const troubles: { tell: (message: string) => void } = { tell: () => {} };
  const builtIn = new BuiltInAgent({
    ...{ config, store, accounts, startHere: runs.startAgent },
    onTrouble: (message) => troubles.tell(message),
  });
  const stopTelling = runs.runs.onChange((id) => {
    if (!events.isHeard) return;
    runs.runs.summary(id).then(
      (run) => events.publish({ topic: 'run', run }),
      () => {},
    );
  });

  const followPlan: Services['followPlan'] = async ({ plugin }) => {
    const report = await host.follow(plugin.id);
    marks.forget(plugin.id);
    return report && describeUserFiles(report);
  };
  const together =
    config.database === null || name === null
      ? null
      : await joinServers({
          ...{ id: name, address: config.databaseDirect ?? config.database, store, events, operations, host },
          url: config.listen.url ?? '',
        });
  await together?.queue.handle(
    'plan',
    planShareHandler(catalogueOf, async (id, _direction, by) => {
      await followPlan(await showPlan(catalogueOf(by), id));
      events.publish({ topic: 'plugins' });
    }),
  );

  const record: Services['record'] = async (actor, action, kind, subject, detail) => {
    const who = { user: actor.name, now: () => new Date().toISOString() };
    await recordActivity(store.db, who, { action, subject: { kind, id: subject, name: subject }, detail });
    await announceActivity();
  };
  const served = await openServed(config);
  const folder = join(data.path, 'uploads');
  await clearUploads(folder);
  const channels = workOnChannels({ served, store, together, folder, record, stopping: stop.signal });

  return {
    config,
    data,
    notes,
    builtIn,
    troubles,
    together,
    store,
    accounts,
    oldTools: new OldToolPasswords(store),
    events,
    operations,
    host,
    desk,
    marks,
    served,
    signatures: { terms: [] },
    channels,
    planWork: new Map(),
    followPlan,
    catalogueOf,
    record,
    announceActivity,
    runs,
    stopping: stop.signal,
    beginStop: () => stop.abort(),
    async close() {
      stop.abort();
      channels.close();
      await operations.close();
      await together?.close();
      stopTelling();
      await builtIn.close();
      await runs.close();
      await host.close();
      await data.close();
    },
  };
}

function settingSources({ plugins }: ServerConfig) {
  const from = (source: 'file' | 'environment' | 'flag') =>
    Object.fromEntries(
      Object.entries(plugins)
        .filter(([, setting]) => setting.source === source)
        .map(([name, setting]) => [name, setting.value]),
    );
  const environment = Object.fromEntries(
    Object.entries(from('environment')).map(([name, value]) => [`LOCKSTEP_${name.toUpperCase()}`, String(value)]),
  );
  return { file: from('file'), environment, commandLine: from('flag') };
}

async function openServed({ repository: place, keys, data }: ServerConfig): Promise<Served> {
  const address = place ?? join(data, 'repository');
  const storage = await openStorage(address);
  const repository = storedRepository(storage, { signer: channelSigner({ keys }) });
  return { storage, folder: address.startsWith('s3://') ? null : address, repository };
}

/** Publishes the activity entries that are newer than the last one told. */
function activityAnnouncer(store: Store, events: EventHub): () => Promise<void> {
  let last: number | null = null;
  // what another server has told is not told again
  events.listenAlways(({ event }) => {
    if (event.topic === 'activity') last = Math.max(last ?? 0, Number(event.activity.id));
  });
  return async () => {
    const newest = await store.db
      .selectFrom('activity')
      .select((is) => is.fn.max('id').as('id'))
      .executeTakeFirst();
    const now = Number(newest?.id ?? 0);
    // nobody listens to what happened before the first look
    const since = last ?? now - 1;
    last = now;
    if (now <= since) return;
    const rows = await store.db
      .selectFrom('activity')
      .selectAll()
      .where('id', '>', since)
      .where('id', '<=', now)
      .orderBy('id')
      .limit(100)
      .execute();
    for (const row of rows) events.publish({ topic: 'activity', activity: describeActivity(row) });
  };
}
