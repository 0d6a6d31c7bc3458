import { join } from 'node:path';
import { type Catalogue, openCatalogue } from '../catalogue/index.ts';
import { describeUserFiles } from '../host/index.ts';
import { system } from '../ports/index.ts';
import type { SignatureTerm } from '../repository/index.ts';
import { type DataFolder, openDataFolder, sealStored } from '../store/index.ts';
import { Accounts } from './accounts/accounts.ts';
import { OldToolPasswords } from './accounts/old-tool-passwords.ts';
import { activityAnnouncer, recorder } from './activity/announce-activity.ts';
import { pruneDaily } from './care/prune-daily.ts';
import { type ChannelWork, workOnChannels } from './channels/channel-work.ts';
import { openServed, type Served } from './channels/open-served.ts';
import { clearUploads } from './channels/receive-upload.ts';
import type { Ground } from './ground.ts';
import { openSignInElsewhere } from './openid/open-sign-in.ts';
import type { SignInElsewhere } from './openid/sign-in-elsewhere.ts';
import { EventHub } from './operations/event-hub.ts';
import { Operations } from './operations/operations.ts';
import { ModifiedMarks } from './plugins/modified-marks.ts';
import { openHost } from './plugins/open-host.ts';
import { PluginWork } from './plugins/plugin-work.ts';
import { isAlone } from './runs/agent-policy.ts';
import { BuiltInAgent } from './runs/built-in-agent.ts';
import { type DataRuns, openDataRuns } from './runs/data-runs.ts';
import { agreeOnRunKey } from './runs/run-key.ts';
import type { ServerConfig } from './settings/config.ts';
import { openTogether, serverName, shareWithOthers, type Together } from './together/index.ts';

/** Everything that the routes call, composed once for a running server. */
export interface Services extends Ground {
  readonly data: DataFolder;
  readonly accounts: Accounts;
  readonly oldTools: OldToolPasswords;
  /** Signing in at a provider; null where none is configured. */
  readonly openId: SignInElsewhere | null;
  readonly pluginWork: PluginWork;
  readonly marks: ModifiedMarks;
  readonly served: Served;
  readonly channels: ChannelWork;
  /** Plan → the operation that works on it now. */
  readonly planWork: Map<string, string>;
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
  /** Set once this server will stop: whoever balances sends it nothing new, and what comes is answered. */
  readonly leaving: { since: Date | null };
  beginStop(): void;
  close(): Promise<void>;
}

/**
 * Opens the data folder and everything upon it. Throws `data-busy` where another process holds it. `beforeMigration` is
 * awaited before a database that is there is brought up to date.
 */
export async function composeServices(
  config: ServerConfig,
  { beforeMigration }: { readonly beforeMigration?: () => Promise<void> } = {},
): Promise<Services> {
  const data = await openDataFolder(config.data, {
    write: true,
    key: config.runs.key,
    ...(beforeMigration && { beforeMigration }),
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
  const name = store.shared ? serverName() : null;
  const operations = new Operations(events, name);
  const catalogueOf = (user: string): Catalogue => openCatalogue(store, { user });
  const announceActivity = activityAnnouncer(store, events);

  const notes = [...(await agreeOnRunKey(data, config.runs.key))];
  await shareWithOthers(data);
  const host = await openHost(data, config, catalogueOf);
  const marks = new ModifiedMarks(host, () => events.publish({ topic: 'plugins' }));
  const pluginWork = new PluginWork({ host, operations, events, store, catalogueOf, announceActivity });

  const runs = openDataRuns(data, {
    builtInAgent: false,
    mayWorkHere: (tx) => isAlone(tx.db, system.clock.now()),
    runKey: config.runs.key,
    upkeep: true,
    retention: { days: config.runs.keepDays, keep: config.runs.keepCount },
    url: config.listen.url,
    agent: { properties: config.agent.properties, allow: config.agent.environment },
  });
  // what goes wrong before anybody listens is told with the notes
  const troubles: { tell: (message: string) => void } = { tell: (message) => void notes.push(message) };
  // beside everything else: a large database takes a while, and what is in clear reads as well
  const sealing = sealStored(store, { signal: stop.signal }).catch((error: Error) =>
    troubles.tell(`What older versions wrote is not sealed yet: ${error.message}`),
  );
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
    name === null
      ? null
      : await openTogether(name, { config, store, events, operations, host, catalogueOf, followPlan });

  const record = recorder(store, announceActivity);
  const openId = openSignInElsewhere({ config, store, accounts, host, record });
  const served = await openServed(config);
  const folder = join(data.path, 'uploads');
  await clearUploads(folder);
  const channels = workOnChannels({ served, store, together, folder, record, stopping: stop.signal });

  const stopPruning = pruneDaily(
    { config, store, catalogueOf, record, runs },
    { onTrouble: (message) => troubles.tell(message) },
  );
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
    openId,
    events,
    operations,
    host,
    pluginWork,
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
    leaving: { since: null },
    beginStop: () => stop.abort(),
    async close() {
      stop.abort();
      channels.close();
      await stopPruning();
      await sealing;
      await openId?.close();
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
