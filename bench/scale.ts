import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { PgBoss } from 'pg-boss';
import { applyPlan, createPlan, openCatalogue, registerPlugin, showPlan } from '../src/catalogue/index.ts';
import { openStore } from '../src/store/index.ts';
import { fleetPlugin, fleetVersion } from '../test/fleet.ts';
import { startPostgres } from '../test/start-postgres.ts';
import { fillFleet } from './fill-fleet.ts';

// `npm run bench:scale`: LOCKSTEP_BENCH_PROCESSES (100000), LOCKSTEP_BENCH_PLANNING (1000000), LOCKSTEP_BENCH_PARTS
// (sqlite,postgres,claims,planning,recovery). Every measured part has processes of its own.
const affected = Number(process.env['LOCKSTEP_BENCH_PROCESSES'] ?? 100_000);
const planned = Number(process.env['LOCKSTEP_BENCH_PLANNING'] ?? 1_000_000);
const parts = (process.env['LOCKSTEP_BENCH_PARTS'] ?? 'sqlite,postgres,claims,planning,recovery').split(',');

interface Row {
  readonly what: string;
  readonly value: string;
  readonly against?: string;
  readonly target?: string;
  readonly reached?: boolean;
}

const rows: Row[] = [];
const say = (text: string): void => void process.stderr.write(`${text}\n`);
const seconds = (since: number): number => (performance.now() - since) / 1000;

if (process.send) await work();
else await main();

async function main(): Promise<void> {
  // durable, as in earnest
  const { cluster, port, stop } = await startPostgres(['-c', 'max_wal_size=4GB']);
  const fresh = async (name: string): Promise<string> => {
    await cluster.createDatabase(name);
    return `postgres://postgres:password@127.0.0.1:${port}/${name}`;
  };
  try {
    if (parts.includes('sqlite')) await sqlite();
    if (parts.includes('postgres')) await postgres(fresh);
    if (parts.includes('claims')) await claims(await fresh('claims'));
    if (parts.includes('planning')) await planning(fresh);
    if (parts.includes('recovery')) await recovery(await fresh('recovery'));
  } finally {
    await stop();
  }
  console.table(rows);
  if (rows.some(({ reached }) => reached === false)) process.exitCode = 1;
}

async function sqlite(): Promise<void> {
  // not in a worker: it would take the worker's messages for its own
  const { runApplyingBenchmark } = await import('./upgrade-applying.ts');
  const measured = await runApplyingBenchmark({ affected, sizes: [], rounds: 2, onProgress: say });
  for (const { name, value, unit, floor, ratio, target, reached } of measured) {
    rows.push({
      what: `SQLite: ${name}`,
      value: `${value.toFixed(2)} ${unit}`,
      ...(ratio !== undefined && { against: `${ratio.toFixed(2)} × ${floor}` }),
      ...(target !== undefined && { target }),
      ...(reached !== undefined && { reached }),
    });
  }
}

async function postgres(fresh: (name: string) => Promise<string>): Promise<void> {
  const bare = await fresh('bare');
  await fill(bare, affected, 0);
  const floor = await bareLoop(bare);
  rows.push({ what: `PostgreSQL: bare COPY-and-update loop over ${affected}`, value: `${floor.toFixed(2)} s` });
  for (const workers of [1, 2, 4]) {
    const address = await fresh(`apply_${workers}`);
    await fill(address, affected, 0);
    const plan = await makePlan(address);
    const children = await Promise.all(Array.from({ length: workers }, () => worker(address, plan)));
    const begin = performance.now();
    const ends = children.map((child) => once(child, 'exit'));
    for (const child of children) child.send('go');
    await Promise.all(ends);
    const took = seconds(begin);
    await expectApplied(address, plan);
    say(`${workers} workers: ${took.toFixed(2)} s`);
    rows.push({
      what: `PostgreSQL: applying to ${affected} with ${workers} worker${workers === 1 ? '' : 's'}`,
      value: `${took.toFixed(2)} s`,
      against: `${(took / floor).toFixed(2)} × the bare loop`,
      target: '≤ 1.5',
      reached: took / floor <= 1.5,
    });
  }
}

/** What nobody could leave out: read in chunks, parse, print, COPY the next versions, move the pointers. */
async function bareLoop(address: string): Promise<number> {
  const { copyRows } = await import('../src/store/postgres/copy-rows.ts');
  const pool = new pg.Pool({ connectionString: address, max: 1 });
  const client = await pool.connect();
  const begin = performance.now();
  for (let last = 0; ; ) {
    await client.query('begin');
    const { rows: found } = await client.query(
      `select process.id, process.version, document from process join process_version
       on process_id = process.id and process_version.version = process.version
       where process.id > $1 order by process.id limit 500`,
      [last],
    );
    if (found.length === 0) {
      await client.query('commit');
      break;
    }
    await client.query('create temporary table if not exists moved (id bigint, version bigint) on commit delete rows');
    const next = found.map(({ id, version, document }) => ({
      process_id: Number(id),
      version: Number(version) + 1,
      document: rewrite(document as string),
      created_at: '2030-01-01T00:00:00.000Z',
      created_by: 'bench',
      reason: 'upgraded',
      plan_id: 1,
    }));
    await copyRows(client, 'process_version', Object.keys(next[0]!), next);
    await copyRows(
      client,
      'moved',
      ['id', 'version'],
      next.map((one) => ({ id: one.process_id, version: one.version })),
    );
    await client.query('update process set version = moved.version from moved where process.id = moved.id');
    await client.query('commit');
    last = Number(found.at(-1).id);
  }
  const took = seconds(begin);
  client.release();
  await pool.end();
  say(`bare loop: ${took.toFixed(2)} s`);
  return took;
}

function rewrite(text: string): string {
  const document = JSON.parse(text) as {
    rootActivity: { children: { pluginName?: string; pluginVersion?: number }[] };
  };
  for (const activity of document.rootActivity.children) {
    if (activity.pluginName === fleetPlugin.name) activity.pluginVersion = 3;
  }
  return JSON.stringify(document);
}

/** How many pieces of work a second the queue hands out and takes back, in batches and, for comparison, one by one. */
async function claims(address: string): Promise<void> {
  const boss = new PgBoss({ connectionString: address, schema: 'lockstep_work', supervise: false, schedule: false });
  boss.on('error', () => {});
  await boss.start();
  await boss.createQueue('bench');
  const pieces = 20_000;
  await boss.insert(
    'bench',
    Array.from({ length: pieces }, (_, index) => ({ data: { index } })),
  );
  const timed = async (batchSize: number, atMost: number): Promise<number> => {
    const begin = performance.now();
    let claimed = 0;
    while (claimed < atMost) {
      const jobs = await boss.fetch('bench', { batchSize });
      if (jobs.length === 0) break;
      await boss.complete(
        'bench',
        jobs.map(({ id }) => id),
      );
      claimed += jobs.length;
    }
    return claimed / seconds(begin);
  };
  const single = await timed(1, 300);
  const batched = await timed(500, pieces);
  await boss.stop({ graceful: false });
  rows.push({ what: 'claims of work, in batches of 500', value: `${batched.toFixed(0)} a second` });
  rows.push({
    what: 'claims of work, one by one',
    value: `${single.toFixed(0)} a second`,
    against: `batches are ${(batched / single).toFixed(0)} × as fast`,
  });
}

async function planning(fresh: (name: string) => Promise<string>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-scale-plan-'));
  try {
    for (const [name, address] of [
      ['SQLite', join(folder, 'plan.db')],
      ['PostgreSQL', await fresh('planning')],
    ] as const) {
      say(`${name}: filling ${planned} processes`);
      // three uses in each affected process make about a thousand
      await fill(address, 334, planned - 334);
      const store = await openStore(address);
      const begin = performance.now();
      await createPlan(openCatalogue(store, { user: 'bench' }), { plugin: fleetPlugin.id });
      const took = seconds(begin);
      await store.close();
      rows.push({
        what: `${name}: planning 1,000 uses among ${planned} processes`,
        value: `${took.toFixed(3)} s`,
        target: '< 2 s',
        reached: took < 2,
      });
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** One of two workers is killed in the middle; then the only one is, and the work waits for its lease. */
async function recovery(address: string): Promise<void> {
  await fill(address, Math.min(affected, 20_000), 0);
  const plan = await makePlan(address);
  const [first, second] = await Promise.all([worker(address, plan), worker(address, plan)]);
  const store = await openStore(address, { poolSize: 1 });
  const done = async (): Promise<number> => {
    const { n } = await store.db
      .selectFrom('plan_process')
      .select((is) => is.fn.countAll<number>().as('n'))
      .where('state', '=', 'applied')
      .executeTakeFirstOrThrow();
    return Number(n);
  };
  first.send('go');
  second.send('go');
  while ((await done()) < 2000) await pause(5);
  const ended = once(second, 'exit');
  first.kill('SIGKILL');
  const begin = performance.now();
  const at = await done();
  while ((await done()) <= at) await pause(2);
  const took = seconds(begin);
  await ended;
  await store.close();
  await expectApplied(address, plan);
  rows.push({
    what: 'recovery after kill -9 of a worker: until another one has finished a chunk',
    value: `${took.toFixed(3)} s`,
    target: '≤ one lease (10 s)',
    reached: took <= 10,
  });
}

async function fill(address: string, some: number, others: number): Promise<void> {
  const store = await openStore(address);
  const catalogue = openCatalogue(store, { user: 'bench' });
  for (const version of [1, 3] as const) {
    await registerPlugin(catalogue, { ...fleetVersion(version), digest: `digest ${version}` });
  }
  await fillFleet(store, some, others);
  await store.close();
  if (!address.startsWith('postgres')) return;
  const client = new pg.Client({ connectionString: address });
  await client.connect();
  await client.query('analyze');
  await client.query('checkpoint');
  await client.end();
}

async function makePlan(address: string): Promise<string> {
  const store = await openStore(address);
  const { id } = await createPlan(openCatalogue(store, { user: 'bench' }), { plugin: fleetPlugin.id });
  await store.close();
  return id;
}

async function expectApplied(address: string, plan: string): Promise<void> {
  const store = await openStore(address);
  const { state } = await showPlan(openCatalogue(store, { user: 'bench' }), plan);
  await store.close();
  if (state !== 'applied') throw new Error(`The plan is ${state}.`);
}

async function worker(address: string, plan: string): Promise<ChildProcess> {
  const child = fork(fileURLToPath(import.meta.url), [], { execArgv: [] });
  const ready = once(child, 'message');
  child.send({ address, plan });
  await ready;
  return child;
}

/** A worker opens its connection, says so, and begins when it is told. */
async function work(): Promise<void> {
  const [{ address, plan }] = (await once(process, 'message')) as [{ address: string; plan: string }];
  const store = await openStore(address, { poolSize: 2 });
  const go = once(process, 'message');
  process.send!('ready');
  await go;
  await applyPlan(openCatalogue(store, { user: `worker ${process.pid}` }), plan);
  await store.close();
  process.exit(0);
}
