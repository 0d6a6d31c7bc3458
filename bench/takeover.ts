import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openSharedQueue } from '../src/service/together/pg-boss-queue.ts';
import { openStore } from '../src/store/index.ts';
import { ServerProcess } from '../test/long/server-process.ts';
import { testVault } from '../test/vault.ts';
import { startApplyWorker } from './apply-worker.ts';

/** Seconds from `kill -9` of one of two workers until the other one has finished a chunk. */
export async function killOneOfTwo(address: string, plan: string): Promise<number> {
  const workers = await Promise.all([startApplyWorker(address, plan), startApplyWorker(address, plan)]);
  for (const worker of workers) worker.send('go');
  const [first, second] = workers as [ChildProcess, ChildProcess];
  const ended = once(second, 'exit');
  const took = await killAndWatch(address, async () => void first.kill('SIGKILL'));
  await ended;
  return took;
}

/**
 * The only server is killed with -9 and another one started: seconds of its start, and from then until it has finished a
 * chunk.
 */
export async function killTheOnlyServer(
  address: string,
  plan: string,
  folder: string,
): Promise<{ readonly start: number; readonly took: number }> {
  const servers = ['first', 'second'].map((name) => new ServerProcess(`${folder}/${name}`, address));
  const [first, second] = servers as [ServerProcess, ServerProcess];
  try {
    await first.start();
    const { status } = await first.ask('POST', `/api/plans/${plan}/apply`, first.token!);
    if (status !== 202) throw new Error(`The upgrade was not begun: ${status}.`);
    let start = 0;
    const all = await killAndWatch(address, async () => {
      await first.kill();
      const begin = performance.now();
      await second.start();
      start = (performance.now() - begin) / 1000;
    });
    return { start, took: all - start };
  } finally {
    for (const server of servers) await server.kill();
  }
}

async function killAndWatch(address: string, strike: () => Promise<void>): Promise<number> {
  const store = await openStore(address, { vault: testVault, poolSize: 1 });
  const done = async (): Promise<number> => {
    const { n } = await store.db
      .selectFrom('plan_process')
      .select((is) => is.fn.countAll<number>().as('n'))
      .where('state', '=', 'applied')
      .executeTakeFirstOrThrow();
    return n;
  };
  while ((await done()) < 2000) await pause(5);
  const begin = performance.now();
  const at = await done();
  await strike();
  while ((await done()) <= at) await pause(5);
  const took = (performance.now() - begin) / 1000;
  await store.close();
  return took;
}

/** Seconds from `kill -9` of the holder of the only piece of work until another one, which waits for it, has it. */
export async function waitForLease(address: string): Promise<number> {
  const holder = fork(fileURLToPath(import.meta.url), [address], { execArgv: [] });
  const queue = await openSharedQueue(address, () => {});
  try {
    await once(holder, 'message');
    await queue.add('plan', 'lease', [{}]);
    await once(holder, 'message');
    const taken = new Promise<void>((done) => void queue.handle('plan', async ({ again }) => again && done()));
    // somewhere between two heartbeats
    await pause(2000);
    const begin = performance.now();
    holder.kill('SIGKILL');
    await taken;
    return (performance.now() - begin) / 1000;
  } finally {
    holder.kill('SIGKILL');
    await queue.close();
  }
}

/** Takes a piece of work and never ends it. */
async function hold(address: string): Promise<void> {
  const queue = await openSharedQueue(address, () => {});
  await queue.handle('plan', async () => {
    process.send!('taken');
    await new Promise(() => {});
  });
  process.send!('ready');
}

if (import.meta.main) await hold(process.argv[2]!);
