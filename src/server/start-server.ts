import type { FastifyInstance } from 'fastify';
import { system } from '../ports/index.ts';
import {
  composeServices,
  type Hourly,
  keepSigned,
  removeEnded,
  type ServerConfig,
  type Services,
  startTracing,
  type Tracing,
} from '../service/index.ts';
import { type AppOptions, buildApp } from './app.ts';
import { listen } from './http/listen.ts';
import { type EarlyAnswers, listenEarly } from './http/listen-early.ts';
import { OpenConnections } from './http/open-connections.ts';

export interface RunningServer {
  /** Where it listens, ending in `/`. */
  readonly url: string;
  readonly app: FastifyInstance;
  readonly services: Services;
  /** The first admin's token on a new data folder; shown once. */
  readonly firstToken: string | null;
  /** Answers requests under way, stops long work at its next safe point, closes the data folder. */
  stop(): Promise<void>;
}

/** Opens the data folder, sets up the first admin where nobody is, and listens. */
export async function startServer(config: ServerConfig, options: AppOptions = {}): Promise<RunningServer> {
  let log: FastifyInstance['log'] | null = null;
  const tracing = await startTracing(config.traces, (error) => log?.warn({ err: error }, 'traces could not be sent'));
  try {
    const server = await startWith(tracing, config, options);
    log = server.app.log;
    return server;
  } catch (error) {
    await tracing?.close();
    throw error;
  }
}

async function startWith(tracing: Tracing | null, config: ServerConfig, options: AppOptions): Promise<RunningServer> {
  const early: EarlyAnswers[] = [];
  const services = await composeServices(config, {
    beforeMigration: async () => void early.push(await listenEarly(config.listen)),
  }).catch(async (error) => {
    for (const one of early) await one.close();
    throw error;
  });
  const opened: FastifyInstance[] = [];
  try {
    const app = await buildApp(services, { ...options, tracing });
    opened.push(app);
    tracing?.followRuns(services.runs.runs);
    const connections = new OpenConnections(app.server);
    await app.ready();
    for (const one of early) await one.close();
    const url = await listen(app, { ...config.listen, port: early[0]?.port ?? config.listen.port });
    // its token is shown only once: a server that cannot listen must not have made it
    const first = await services.accounts.setUp();
    const { log } = app;
    for (const note of services.notes) log.warn(note);
    services.troubles.tell = (message) => log.warn({ agent: 'built-in' }, message);
    const { reason, text } = await services.builtIn.start(url);
    if (reason !== null) log.warn(text);
    const upkeep = services.served ? upkeepOf(services, services.served, config.keys, log) : [];
    let stopping: Promise<void> | null = null;
    return {
      url,
      app,
      services,
      firstToken: first?.secret ?? null,
      stop() {
        stopping ??= stop(app, services, connections, upkeep).finally(() => tracing?.close());
        return stopping;
      },
    };
  } catch (error) {
    // what listens already would keep a process alive that serves nobody
    services.beginStop();
    for (const one of early) await one.close().catch(() => {});
    for (const app of opened) await app.close().catch(() => {});
    await services.close();
    throw error;
  }
}

/** What the channels that are served need while nobody publishes. */
function upkeepOf(
  { signatures, channels }: Services,
  { storage, repository }: NonNullable<Services['served']>,
  keys: string | null,
  log: FastifyInstance['log'],
): readonly Hourly[] {
  const onTerms = (terms: Services['signatures']['terms']): void => {
    signatures.terms = terms;
  };
  return [keepSigned({ storage, keys, log, onTerms }), removeEnded({ repository, remove: channels.remove, log })];
}

async function stop(
  app: FastifyInstance,
  services: Services,
  connections: OpenConnections,
  upkeep: readonly Hourly[],
): Promise<void> {
  services.leaving.since ??= system.clock.now();
  await system.clock.wait(services.config.listen.grace * 1000);
  services.beginStop();
  connections.close();
  await Promise.all([app.close(), ...upkeep.map((one) => one.stop())]);
  await services.close();
}
