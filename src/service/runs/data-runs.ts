import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { openCatalogue, saveProcess } from '../../catalogue/index.ts';
import { readFolder, writePackage } from '../../package/index.ts';
import { system } from '../../ports/index.ts';
import {
  type Agent,
  type AgentOptions,
  builtInPrefix,
  logFileOf,
  openRuns,
  type Retention,
  type Runs,
  type RunsOptions,
  startAgent,
  storedPlugins,
  storedProcesses,
} from '../../run/index.ts';
import type { DataFolder } from '../../store/index.ts';

export interface DataRuns {
  readonly runs: Runs;
  /** Starts an agent in this process: its steps run as this process's user. It is stopped at the end. */
  startAgent(onTrouble?: (message: string) => void): Agent;
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
  readonly agent?: Pick<AgentOptions, 'slots' | 'labels' | 'properties' | 'allow'>;
  /** Asked before an agent in this process is given a step. */
  readonly mayWorkHere?: RunsOptions['mayWorkHere'];
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
    mayWorkHere: options.mayWorkHere,
    ...(options.runKey && { runKey: options.runKey }),
    environment: options.url ? { AH_WEB_URL: options.url, LOCKSTEP_URL: options.url } : {},
    saveProcess: async ({ processId, expectedVersion, document, by }) => {
      const saved = await saveProcess(openCatalogue(store, { user: by }), { id: processId, expectedVersion, document });
      return saved.version;
    },
  });
  const stopUpkeep = (options.upkeep ?? options.builtInAgent) ? runs.startUpkeep() : null;
  const agents: Agent[] = [];
  const startOne = (onTrouble: (message: string) => void = () => {}): Agent => {
    const agent = startAgent({
      ...options.agent,
      port: runs.dispatcher,
      prefix: builtInPrefix,
      home: join(path, 'agent'),
      scripts: runs.scripts,
      pluginFolder: plugins.folder,
      logFile: ({ runId, id }) => logFileOf(runs.folder, runId, id),
      onEvent: (event) => event.type === 'trouble' && onTrouble(event.message),
    });
    agent.ended.catch((error: Error) => onTrouble(error.message));
    agents.push(agent);
    return agent;
  };
  if (options.builtInAgent) startOne();
  const stopSweeping = options.retention && options.retention.days > 0 ? sweepHourly(runs, options.retention) : null;
  return {
    runs,
    startAgent: startOne,
    async close({ drain = false } = {}) {
      await Promise.all(agents.map((agent) => (drain ? agent.drain() : agent.stop())));
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
  const stops = [
    system.clock.after(60_000, sweep, { quiet: true }),
    system.clock.every(3_600_000, sweep, { quiet: true }),
  ];
  return async () => {
    for (const stop of stops) stop();
    await under;
  };
}

async function packPlugin(folder: string): Promise<Uint8Array> {
  return writePackage(await readFolder(folder, { root: 'plugin' }), 'tar.gz');
}
