import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { openCatalogue, saveProcess } from '../../catalogue/index.ts';
import { LockstepError } from '../../failure/index.ts';
import { digestTree, readFolder, readPackage, writeFolder, writePackage } from '../../package/index.ts';
import {
  type Agent,
  type AgentOptions,
  builtInPrefix,
  logFileOf,
  openRuns,
  type Retention,
  type Runs,
  startAgent,
  storedPlugins,
  storedProcesses,
} from '../../run/index.ts';
import type { DataFolder } from '../../store/index.ts';

export interface DataRuns {
  readonly runs: Runs;
  /** The agent in this process, or null. */
  readonly agent: Agent | null;
  /** Lets go of everything. `drain`: first finishes the steps under way. */
  close(options?: { readonly drain?: boolean }): Promise<void>;
}

export interface DataRunsOptions {
  /** Starts an agent in this process. */
  readonly builtInAgent: boolean;
  /** Seals secure values; else `run.key` in the data folder does. */
  readonly runKey?: KeyObject | null;
  /** Fires timers and finds lost agents; off where somebody only looks. */
  readonly upkeep?: boolean;
  /** What stays of ended runs; the rest is deleted every hour. Without it, or with 0 days, everything stays. */
  readonly retention?: Retention;
  /** This server's address, for steps. */
  readonly url?: string | null;
  readonly agent?: Pick<AgentOptions, 'slots' | 'labels' | 'properties' | 'allow' | 'onEvent'>;
}

/** The runs of a data folder, with the processes and plugins that it holds, and its built-in agent. */
export function openDataRuns(data: DataFolder, options: DataRunsOptions): DataRuns {
  const { store, path } = data;
  const plugins = storedPlugins(store, path);
  const runs = openRuns({
    store,
    dataFolder: path,
    processes: storedProcesses(store),
    plugins,
    packPlugin,
    ...(options.runKey && { runKey: options.runKey }),
    environment: options.url ? { AH_WEB_URL: options.url, LOCKSTEP_URL: options.url } : {},
    saveProcess: async ({ processId, expectedVersion, document, by }) => {
      const saved = await saveProcess(openCatalogue(store, { user: by }), { id: processId, expectedVersion, document });
      return saved.version;
    },
  });
  const stopUpkeep = (options.upkeep ?? options.builtInAgent) ? runs.startUpkeep() : null;
  const agent = options.builtInAgent
    ? startAgent({
        ...options.agent,
        port: runs.desk,
        prefix: builtInPrefix,
        home: join(path, 'agent'),
        scripts: runs.scripts,
        pluginFolder: plugins.folder,
        logFile: ({ runId, id }) => logFileOf(runs.folder, runId, id),
      })
    : null;
  const stopSweeping = options.retention && options.retention.days > 0 ? sweepHourly(runs, options.retention) : null;
  return {
    runs,
    agent,
    async close({ drain = false } = {}) {
      await (drain ? agent?.drain() : agent?.stop());
      await stopUpkeep?.();
      await stopSweeping?.();
      await runs.close();
    },
  };
}

/** First a minute after the start, when whoever came back has come back. */
function sweepHourly(runs: Runs, retention: Retention): () => Promise<void> {
  let under: Promise<unknown> = Promise.resolve();
  const sweep = (): void => {
    // what cannot be deleted now is found again in an hour
    under = runs.sweep(retention).catch(() => {});
  };
  const first = setTimeout(sweep, 60_000).unref();
  const later = setInterval(sweep, 3_600_000).unref();
  return async () => {
    clearTimeout(first);
    clearInterval(later);
    await under;
  };
}

async function packPlugin(folder: string): Promise<Uint8Array> {
  return writePackage(await readFolder(folder, { root: 'plugin' }), 'tar.gz');
}

/** Unpacks a plugin that an agent fetched; what is not exactly the digest's content is refused. */
export async function unpackPlugin(bytes: Uint8Array, digest: string, folder: string): Promise<void> {
  const tree = await readPackage(bytes, { name: `plugin ${digest}` });
  const found = digestTree(tree);
  if (found !== digest)
    throw new LockstepError('package-not-safe', `The plugin that was fetched has the digest ${found}, not ${digest}.`, {
      hint: 'Something on the way changed it: check proxies, and the server with `lockstep doctor`.',
    });
  await writeFolder(tree, folder);
}
