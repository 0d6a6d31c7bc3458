import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PgBoss } from 'pg-boss';
import { createPlan, openCatalogue, showPlan } from '../src/catalogue/index.ts';
import { openStore, openVault } from '../src/store/index.ts';
import { databaseAddress } from '../test/copy-database.ts';
import { fleetPlugin } from '../test/fleet.ts';
import { startPostgres } from '../test/start-postgres.ts';
import { testVault } from '../test/vault.ts';
import { startApplyWorker } from './apply-worker.ts';
import { bareCopyLoop } from './bare-copy-loop.ts';
import { timePlanPage } from './plan-page.ts';
import { fillDatabase, planFleet, plannedUpgrade } from './scale-databases.ts';
import { killOneOfTwo, killTheOnlyServer, waitForLease } from './takeover.ts';
import { runApplyingBenchmark } from './upgrade-applying.ts';

// `npm run bench:scale`: LOCKSTEP_BENCH_PROCESSES (100000), LOCKSTEP_BENCH_PLANNING (1000000), LOCKSTEP_BENCH_PARTS
// (sqlite,postgres,page,claims,planning,recovery). Under ten minutes on two processors that are free. PostgreSQL is durable, as
// in earnest.
const affected = Number(process.env['LOCKSTEP_BENCH_PROCESSES'] ?? 100_000);
const planned = Number(process.env['LOCKSTEP_BENCH_PLANNING'] ?? 1_000_000);
const parts = (process.env['LOCKSTEP_BENCH_PARTS'] ?? 'sqlite,postgres,page,claims,planning,recovery').split(',');
const lease = 10;

interface Row {
  readonly what: string;
  readonly value: string;
  readonly against?: string;
  readonly target?: string;
  readonly reached?: boolean;
}

const rows: Row[] = [];
const began = performance.now();
const say = (text: string): void => void process.stderr.write(`${seconds(began).toFixed(0).padStart(4)} s  ${text}\n`);
const seconds = (since: number): number => (performance.now() - since) / 1000;

if (parts.includes('sqlite')) await sqlite();
const server = await startPostgres(['-c', 'max_wal_size=4GB']);
const folder = await mkdtemp(join(tmpdir(), 'lockstep-scale-'));
const empty = async (name: string): Promise<string> => {
  await server.cluster.createDatabase(name);
  return databaseAddress(server.port, name);
};
try {
  if (parts.includes('postgres')) await postgres();
  if (parts.includes('page')) await page();
  if (parts.includes('claims')) await claims(await empty('claims'));
  if (parts.includes('planning')) await planning();
  if (parts.includes('recovery')) await recovery();
} finally {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}
console.table(rows);
console.log(`${(seconds(began) / 60).toFixed(1)} minutes`);
if (rows.some(({ reached }) => reached === false)) process.exitCode = 1;

async function sqlite(): Promise<void> {
  const measured = await runApplyingBenchmark({ affected, sizes: [], rounds: 3, onProgress: say });
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

async function postgres(): Promise<void> {
  say(`PostgreSQL: filling and planning ${affected} processes`);
  const { plan, fresh } = await plannedUpgrade(server, 'to_apply', affected);
  const floors: number[] = [];
  const measureFloor = async (): Promise<void> => {
    floors.push(await bareCopyLoop(await fresh(`bare_${floors.length}`)));
    say(`bare loop: ${floors.at(-1)!.toFixed(2)} s`);
  };
  await measureFloor();
  for (const workers of [1, 2, 4]) {
    const took = await applyWith(workers, await fresh(`apply_${workers}`), plan);
    say(`${workers} workers: ${took.toFixed(2)} s`);
    await measureFloor();
    // the ones before and after it, so that a slow moment meets both sides
    const floor = (floors.at(-2)! + floors.at(-1)!) / 2;
    rows.push({
      what: `PostgreSQL: applying to ${affected} with ${workers} worker${workers === 1 ? '' : 's'}`,
      value: `${took.toFixed(2)} s`,
      against: `${(took / floor).toFixed(2)} × the bare COPY-and-update loop (${floor.toFixed(2)} s)`,
      target: '≤ 1.2',
      reached: took / floor <= 1.2,
    });
  }
}

async function applyWith(workers: number, address: string, plan: string): Promise<number> {
  const children = await Promise.all(Array.from({ length: workers }, () => startApplyWorker(address, plan)));
  const ends = children.map((child) => once(child, 'exit'));
  const begin = performance.now();
  for (const child of children) child.send('go');
  await Promise.all(ends);
  const took = seconds(begin);
  await expectApplied(address, plan);
  return took;
}

/** What is asked to show a plan, of a server on each database. */
async function page(): Promise<void> {
  const data = join(folder, 'page');
  await mkdir(data);
  const file = join(data, 'lockstep.db');
  const inFolder = openVault(join(data, 'run.key'));
  await fillDatabase(file, affected, 0, inFolder);
  const shared = await plannedUpgrade(server, 'to_show', affected);
  for (const [name, home, database, plan] of [
    ['SQLite', data, '', await planFleet(file, inFolder)],
    ['PostgreSQL', join(folder, 'page-shared'), await shared.fresh('shown'), shared.plan],
  ] as const) {
    const times = await timePlanPage(home, database, plan);
    rows.push({
      what: `${name}: the page of a plan of ${affected}: head, 50 entries, groups`,
      value: times.map((time) => `${time.toFixed(0)} ms`).join(', '),
      target: '≤ 50 ms',
      reached: times.every((time) => time <= 50),
    });
    say(`the plan's page, ${name}: ${times.map((time) => time.toFixed(1)).join(' ')} ms`);
  }
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
  say('claims measured');
  rows.push({ what: 'claims of work, in batches of 500', value: `${batched.toFixed(0)} a second` });
  rows.push({
    what: 'claims of work, one by one',
    value: `${single.toFixed(0)} a second`,
    against: `batches are ${(batched / single).toFixed(0)} × as fast`,
  });
}

async function planning(): Promise<void> {
  for (const [name, address] of [
    ['SQLite', join(folder, 'plan.db')],
    ['PostgreSQL', await empty('planning')],
  ] as const) {
    say(`${name}: filling ${planned} processes`);
    // three uses in each affected process make about a thousand
    await fillDatabase(address, 334, planned - 334);
    const store = await openStore(address, { vault: testVault });
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
}

async function recovery(): Promise<void> {
  const { plan, fresh } = await plannedUpgrade(server, 'to_recover', Math.min(affected, 20_000));
  const told = (what: string, took: number, more = 0): void => {
    say(`${what}: ${took.toFixed(2)} s`);
    const target = more === 0 ? `≤ one lease (${lease} s)` : `≤ one lease (${lease} s) and ${more} s`;
    rows.push({ what, value: `${took.toFixed(3)} s`, target, reached: took <= lease + more });
  };
  const two = await fresh('one_of_two');
  told('kill -9 of one of two workers: until the other has finished a chunk', await killOneOfTwo(two, plan));
  await expectApplied(two, plan);
  const { start, took } = await killTheOnlyServer(await fresh('only_one'), plan, folder);
  told(`kill -9 of the only server, another started (${start.toFixed(1)} s): until that has finished a chunk`, took);
  // whose lease ended is looked for every second, its work rests a second, and is asked for every second
  told('kill -9 of the holder of the only piece: until another has it', await waitForLease(await empty('lease')), 3);
}

async function expectApplied(address: string, plan: string): Promise<void> {
  const store = await openStore(address, { vault: testVault });
  const { state } = await showPlan(openCatalogue(store, { user: 'bench' }), plan);
  await store.close();
  if (state !== 'applied') throw new Error(`The plan is ${state}.`);
}
