import { fork } from 'node:child_process';
import { copyFile, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { applyPlan, createPlan, openCatalogue } from '../src/catalogue/index.ts';
import { registerPlugin } from '../src/catalogue/testing/register-plugin.ts';
import { openStore, openVault } from '../src/store/index.ts';
import { openText, sealText } from '../src/store/sealing/seal-queries.ts';
import { fleetPlugin, fleetVersion } from '../test/fleet.ts';
import { rewrite } from './bare-copy-loop.ts';
import { fillFleet } from './fill-fleet.ts';
import { median, medianRatio } from './rounds.ts';

export interface ApplyingOptions {
  /** Processes that the upgrade changes (default 100,000). */
  readonly affected?: number;
  /** Processes among which 1,000 uses are planned (default 1 thousand, 100 thousand, 1 million). */
  readonly sizes?: readonly number[];
  readonly rounds?: number;
  readonly onProgress?: (text: string) => void;
}

export interface BenchmarkRow {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What it is compared with, and the ratio to it. */
  readonly floor?: string;
  readonly ratio?: number;
  /** The same by the clock where `ratio` is one of processor time, and the other way about. */
  readonly wallRatio?: number;
  readonly cpuRatio?: number;
  readonly target?: string;
  readonly reached?: boolean;
}

const chunk = 500;

/**
 * Applying against a bare loop over copies of one database, and planning as unaffected processes grow. Every measured
 * part runs in a process of its own, so that memory is its own too.
 */
export async function runApplyingBenchmark(options: ApplyingOptions = {}): Promise<BenchmarkRow[]> {
  const { affected = 100_000, sizes = [1_000, 100_000, 1_000_000], rounds = 3, onProgress = () => {} } = options;
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-bench-'));
  try {
    return [
      ...(await applying(folder, affected, rounds, onProgress)),
      ...(await planning(folder, sizes, rounds, onProgress)),
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function applying(
  folder: string,
  affected: number,
  rounds: number,
  say: (text: string) => void,
): Promise<BenchmarkRow[]> {
  // the same twice: as it is, and as it would be in clear, for what sealing costs
  const sealed = join(folder, 'sealed.db');
  const clear = join(folder, 'clear.db');
  for (const source of [sealed, clear]) {
    say(`filling ${affected} affected processes${source === clear ? ' in clear' : ''}`);
    await prepare(source, affected, 0, source === clear);
    const store = await openStore(source, source === clear ? { vault: null } : {});
    await createPlan(openCatalogue(store, { user: 'bench' }), { plugin: fleetPlugin.id });
    await store.close();
  }
  const plan = { id: '1' };
  const measured = {
    bare: [] as Measured[],
    apply: [] as Measured[],
    clear: [] as Measured[],
    copy: [] as Measured[],
  };
  for (let round = 0; round < rounds; round++) {
    for (const task of ['bare', 'apply', 'clear', 'copy'] as const) {
      const file = join(folder, `${task}-round.db`);
      await copyFile(task === 'clear' ? clear : sealed, file);
      const one = await measure({ task, file, plan: plan.id });
      measured[task].push(one);
      const { seconds, cpu, megabytes } = one;
      say(
        `round ${round + 1}: ${task} ${seconds.toFixed(2)} s (processor ${cpu.toFixed(2)} s), ${megabytes.toFixed(0)} MB`,
      );
      await rm(file, { force: true });
    }
  }
  const seconds = (task: keyof typeof measured) => measured[task].map((one) => one.seconds);
  const cpus = (task: keyof typeof measured) => measured[task].map(({ cpu }) => cpu);
  const against = (task: 'bare' | 'clear' | 'copy') => ({
    ratio: medianRatio(seconds('apply'), seconds(task)),
    cpuRatio: medianRatio(cpus('apply'), cpus(task)),
  });
  return [
    {
      name: `bare loop over ${affected} processes: read, open, parse, print, seal, write`,
      value: median(seconds('bare')),
      unit: 's',
    },
    {
      name: `bare loop over ${affected} processes: texts rewritten without being parsed`,
      value: median(seconds('copy')),
      unit: 's',
    },
    {
      name: `applying to ${affected} affected processes`,
      value: median(seconds('apply')),
      unit: 's',
      floor: 'bare loop',
      ...against('bare'),
      target: '≤ 1.2',
      reached: against('bare').ratio <= 1.2,
    },
    {
      name: 'the same, against texts rewritten without being parsed',
      value: median(seconds('apply')),
      unit: 's',
      floor: 'bare loop: texts rewritten',
      ...against('copy'),
    },
    {
      name: 'the same, against applying without sealing',
      value: median(seconds('apply')),
      unit: 's',
      floor: 'applying in clear',
      ...against('clear'),
    },
    {
      name: 'peak memory of applying',
      value: Math.max(...measured.apply.map(({ megabytes }) => megabytes)),
      unit: 'MB',
    },
  ];
}

async function planning(
  folder: string,
  sizes: readonly number[],
  rounds: number,
  say: (text: string) => void,
): Promise<BenchmarkRow[]> {
  const rows: BenchmarkRow[] = [];
  let first: number | null = null;
  for (const size of sizes) {
    const file = join(folder, `planning-${size}.db`);
    say(`filling ${size} processes`);
    // three uses in each affected process make about a thousand
    const affected = Math.min(size, 334);
    await prepare(file, affected, size - affected);
    const clear = join(folder, `planning-clear-${size}.db`);
    await prepare(clear, affected, size - affected, true);
    const seconds: number[] = [];
    const inClear: number[] = [];
    const memory: number[] = [];
    for (let round = 0; round < rounds; round++) {
      inClear.push((await measure({ task: 'planClear', file: clear })).seconds);
      const result = await measure({ task: 'plan', file });
      seconds.push(result.seconds);
      memory.push(result.megabytes);
      say(`planning among ${size}: ${result.seconds.toFixed(3)} s, ${result.megabytes.toFixed(0)} MB`);
    }
    const value = median(seconds);
    first ??= value;
    rows.push({
      name: `planning 1,000 uses among ${size} processes`,
      value,
      unit: 's',
      floor: `among ${sizes[0]} processes`,
      ratio: value / first,
      target: '≤ 1.5',
      reached: value / first <= 1.5,
    });
    rows.push({
      name: 'the same, against planning without sealing',
      value,
      unit: 's',
      floor: 'planning in clear',
      ratio: medianRatio(seconds, inClear),
    });
    const megabytes = Math.max(...memory);
    rows.push({
      name: `peak memory among ${size} processes`,
      value: megabytes,
      unit: 'MB',
      target: '≤ 400',
      reached: megabytes <= 400,
    });
    for (const one of [file, clear]) await rm(one);
  }
  return rows;
}

async function prepare(file: string, affected: number, others: number, inClear = false): Promise<void> {
  const store = await openStore(file, inClear ? { vault: null } : {});
  const catalogue = openCatalogue(store, { user: 'bench' });
  for (const version of [1, 2, 3] as const) {
    await registerPlugin(catalogue, { ...fleetVersion(version), digest: `digest ${version}` });
  }
  await fillFleet(store, affected, others);
  await store.close();
  // else the first commit that is measured waits for what the filling left to be written
  const filled = await open(file, 'r+');
  await filled.sync();
  await filled.close();
}

type Task = {
  readonly task: 'apply' | 'bare' | 'clear' | 'copy' | 'plan' | 'planClear';
  readonly file: string;
  readonly plan?: string;
};
interface Measured {
  readonly seconds: number;
  /** Of the processor, in user and system mode. */
  readonly cpu: number;
  /** Peak of the process that did it. */
  readonly megabytes: number;
}

function measure(task: Task): Promise<Measured> {
  return new Promise((done, fail) => {
    const child = fork(new URL(import.meta.url), { execArgv: [] });
    child.once('message', (message) => done(message as Measured));
    child.once('exit', (code) => fail(new Error(`the measured process ended with ${code}`)));
    child.send(task);
  });
}

async function perform({ task, file, plan }: Task): Promise<number> {
  if (task === 'bare' || task === 'copy') {
    const begin = performance.now();
    bareLoop(file, task === 'bare');
    return (performance.now() - begin) / 1000;
  }
  const store = await openStore(file, task === 'clear' || task === 'planClear' ? { vault: null } : {});
  const catalogue = openCatalogue(store, { user: 'bench' });
  const begin = performance.now();
  if (task === 'apply' || task === 'clear') {
    const { applied, remaining } = await applyPlan(catalogue, plan!, { chunkSize: chunk });
    if (remaining > 0 || applied === 0) throw new Error('not everything was applied');
  } else await createPlan(catalogue, { plugin: fleetPlugin.id });
  await store.close();
  return (performance.now() - begin) / 1000;
}

/** What nobody could leave out: each process's text opened, its next version sealed and written, the former one kept, the pointer moved. */
function bareLoop(file: string, parsing: boolean): void {
  const database = new DatabaseSync(file);
  const vault = openVault(join(dirname(file), 'run.key'));
  // as src/store opens it
  database.exec(`pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on;
    pragma temp_store = memory; pragma cache_size = -32000; pragma wal_autocheckpoint = 2000`);
  const read = database.prepare(`select process.id, process.version, document from process
    join process_version on process_id = process.id and process_version.version = process.version
    where process.id > ? order by process.id limit ${chunk}`);
  const write = database.prepare(`insert into process_version
    (process_id, version, document, created_at, created_by, reason, plan_id) values (?, ?, ?, ?, ?, 'upgraded', 1)`);
  const point = database.prepare('update process set version = ? where id = ?');
  for (let last = 0; ; ) {
    database.exec('begin immediate');
    const rows = read.all(last) as { id: number; version: number; document: string }[];
    for (const { id, version, document } of rows) {
      const before = openText(vault, document);
      const text = parsing ? rewrite(before) : before.replaceAll('"pluginVersion":1', '"pluginVersion":3');
      write.run(id, version + 1, sealText(vault, text), '2030-01-01T00:00:00.000Z', 'bench');
      point.run(version + 1, id);
    }
    database.exec('commit');
    if (rows.length < chunk) break;
    last = rows.at(-1)!.id;
  }
  database.close();
}

if (process.send) {
  process.once('message', async (task: Task) => {
    const before = process.cpuUsage();
    const seconds = await perform(task);
    const { user, system } = process.cpuUsage(before);
    const megabytes = process.resourceUsage().maxRSS / 1024;
    process.send!({ seconds, cpu: (user + system) / 1e6, megabytes } satisfies Measured, () => process.exit(0));
  });
}
