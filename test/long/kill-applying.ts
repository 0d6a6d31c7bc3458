import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { fillFleet } from '../../bench/fill-fleet.ts';
import { createPlan, openCatalogue, undoPlan } from '../../src/catalogue/index.ts';
import { UseKeys } from '../../src/catalogue/process/use-keys.ts';
import { registerPlugin } from '../../src/catalogue/testing/register-plugin.ts';
import { resumePlan } from '../../src/catalogue/testing/resume-plan.ts';
import { formatDocument, type ProcessDocument, parseTrustedJson } from '../../src/process/index.ts';
import { openDataFolder, type Store } from '../../src/store/index.ts';
import { applyToDocument, compileUpgrade, planProcess } from '../../src/upgrade/index.ts';
import { fleetPlugin, fleetProcess, fleetVersion } from '../fleet.ts';

export interface KillOptions {
  readonly folder: string;
  readonly processes: number;
  readonly kills: number;
  readonly chunkSize?: number;
  /** 0 to 1; the instants of the kills. */
  readonly random?: () => number;
  readonly onKill?: (report: { readonly kill: number; readonly old: number; readonly done: number }) => void;
}

export interface KillReport {
  readonly kills: number;
  /** Processes found wholly old and wholly new after each kill. */
  readonly found: readonly { readonly old: number; readonly done: number }[];
  /** What is wrong, in words; empty when nothing was lost, done twice or left half-way. */
  readonly faults: readonly string[];
}

/**
 * Applies an upgrade in a process of its own that is killed with -9 again and again, at random instants, looks at every
 * process after each kill, lets a last one finish, and takes the upgrade back.
 */
export async function killApplying(options: KillOptions): Promise<KillReport> {
  const { folder, processes, kills, chunkSize = 100, random = Math.random, onKill } = options;
  const plan = await prepare(folder, processes);
  const expected = expectations(processes);
  const found: { old: number; done: number }[] = [];
  const faults: string[] = [];
  for (let kill = 1; kill <= kills; kill++) {
    // spread over the whole, so that the last kill still finds something to do
    const goal = Math.floor((processes * (kill - 1 + random())) / (kills + 1));
    await applyUntil(folder, plan, chunkSize, goal, random() * 15);
    const state = await inspect(folder, expected, faults);
    found.push(state);
    onKill?.({ kill, ...state });
  }
  await finish(folder, plan, expected, faults);
  return { kills, found, faults };
}

async function prepare(folder: string, processes: number): Promise<string> {
  const data = await openDataFolder(folder, { write: true });
  const catalogue = openCatalogue(data.store, { user: 'chaos' });
  for (const version of [1, 3] as const) {
    await registerPlugin(catalogue, { ...fleetVersion(version), digest: `digest ${version}` });
  }
  await fillFleet(data.store, processes, 0);
  const { id } = await createPlan(catalogue, { plugin: fleetPlugin.id });
  await data.close();
  return id;
}

interface Expected {
  readonly before: string;
  readonly after: string;
}

/** By process id, worked out by the pure rules alone. */
function expectations(processes: number): Map<number, Expected> {
  const upgrade = compileUpgrade({
    plugin: { id: fleetPlugin.id, names: [fleetPlugin.name] },
    definitions: new Map([1, 3].map((version) => [version, fleetVersion(version as 1 | 3).definition])),
    upgradeFile: fleetVersion(3).upgradeFile,
    to: 3,
  });
  const expected = new Map<number, Expected>();
  for (let number = 0; number < processes; number++) {
    const document = fleetProcess(number);
    const source = {
      id: String(number + 1),
      name: document.name,
      kind: 'generic' as const,
      owner: null,
      version: 1,
      document,
    };
    const { document: after } = applyToDocument(upgrade, planProcess(upgrade, source)!, document, {});
    expected.set(number + 1, { before: formatDocument(document), after: formatDocument(after) });
  }
  return expected;
}

/** Starts the writer and kills it a moment after it has got to `goal`. */
async function applyUntil(
  folder: string,
  plan: string,
  chunkSize: number,
  goal: number,
  moment: number,
): Promise<void> {
  const child = start(folder, plan, chunkSize);
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  const lines = createInterface({ input: child.stdout! });
  for await (const line of lines) {
    if (line !== 'finished' && Number(line) < goal) continue;
    await new Promise((later) => setTimeout(later, moment));
    break;
  }
  child.kill('SIGKILL');
  await ended;
}

function start(folder: string, plan: string, chunkSize: number): ChildProcess {
  const script = fileURLToPath(new URL('./apply-until-killed.ts', import.meta.url));
  return spawn(process.execPath, [script, folder, plan, String(chunkSize)], { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** Every process is wholly old or wholly new, and index and plan say the same as the processes. */
async function inspect(
  folder: string,
  expected: ReadonlyMap<number, Expected>,
  faults: string[],
): Promise<{ old: number; done: number }> {
  const data = await openDataFolder(folder, { write: false });
  const { db } = data.store;
  const state = { old: 0, done: 0 };
  const versions = new Map<number, string[]>();
  for (let last = 0; ; ) {
    const rows = await db
      .selectFrom('process')
      .innerJoin('process_version', 'process_version.process_id', 'process.id')
      .innerJoin('plan_process', 'plan_process.process_id', 'process.id')
      .select(['process.id', 'process.version as current', 'process_version.version', 'document', 'state'])
      .where('process.id', '>', last)
      .where('process.id', '<=', last + 1000)
      .orderBy('process.id')
      .orderBy('process_version.version')
      .execute();
    if (rows.length === 0) break;
    last += 1000;
    for (const row of rows) {
      const texts = versions.get(row.id) ?? [];
      texts.push(row.document);
      versions.set(row.id, texts);
      if (row.version !== row.current) continue;
      const { before, after } = expected.get(row.id)!;
      const old = texts.length === 1 && texts[0] === before && row.current === 1 && row.state === 'pending';
      const done =
        texts.length === 2 && texts[0] === before && texts[1] === after && row.current === 2 && row.state === 'applied';
      if (old) state.old++;
      else if (done) state.done++;
      else faults.push(`process ${row.id} at version ${row.current} (${row.state}) is neither old nor new`);
    }
    for (const id of versions.keys()) if (id <= last) versions.delete(id);
  }
  if (state.old + state.done !== expected.size)
    faults.push(`${state.old} old and ${state.done} new of ${expected.size}`);
  faults.push(...(await indexFaults(data.store)));
  await data.close();
  return state;
}

/** The where-used index against the documents. */
async function indexFaults(store: Store): Promise<string[]> {
  const keys = new UseKeys();
  const counted = new Map<string, number>();
  for (let last = 0; ; ) {
    const rows = await store.db
      .selectFrom('process')
      .innerJoin('process_version', (join) =>
        join
          .onRef('process_version.process_id', '=', 'process.id')
          .onRef('process_version.version', '=', 'process.version'),
      )
      .select(['process.id', 'document'])
      .where('process.id', '>', last)
      .orderBy('process.id')
      .limit(1000)
      .execute();
    for (const row of rows) {
      for (const [{ step, version }, count] of keys.count(parseTrustedJson(row.document) as ProcessDocument)) {
        counted.set(`${row.id} ${step.pluginName} ${step.stepType} ${version}`, count);
      }
    }
    if (rows.length < 1000) break;
    last = rows.at(-1)!.id;
  }
  const indexed = await store.db
    .selectFrom('process_use')
    .innerJoin('use_key', 'use_key.id', 'key_id')
    .select(['process_id', 'plugin_name', 'step_type', 'version', 'count'])
    .execute();
  const wrong = indexed.filter(
    (row) => counted.get(`${row.process_id} ${row.plugin_name} ${row.step_type} ${row.version}`) !== row.count,
  );
  if (wrong.length === 0 && indexed.length === counted.size) return [];
  return [`the where-used index has ${indexed.length} entries, ${wrong.length} of them wrong, for ${counted.size}`];
}

async function finish(
  folder: string,
  plan: string,
  expected: ReadonlyMap<number, Expected>,
  faults: string[],
): Promise<void> {
  let data = await openDataFolder(folder, { write: true });
  const resumed = await resumePlan(openCatalogue(data.store, { user: 'chaos' }), plan);
  if (resumed.result.plan.state !== 'applied') faults.push(`resumed, the plan is ${resumed.result.plan.state}`);
  await data.close();
  const { done } = await inspect(folder, expected, faults);
  if (done !== expected.size) faults.push(`after resuming, ${done} of ${expected.size} processes are new`);
  data = await openDataFolder(folder, { write: true });
  const undone = await undoPlan(openCatalogue(data.store, { user: 'chaos' }), plan);
  if (undone.restored !== expected.size) faults.push(`undone, ${undone.restored} of ${expected.size} came back`);
  faults.push(...(await indexFaults(data.store)));
  await data.close();
}
