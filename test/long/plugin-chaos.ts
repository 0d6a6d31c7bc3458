import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { importProcesses, listPlans, openCatalogue } from '../../src/catalogue/index.ts';
import { resumePlan } from '../../src/catalogue/testing/resume-plan.ts';
import { Host, installedVersions } from '../../src/host/index.ts';
import { type ChannelFixture, pluginInfo, serveChannel } from '../../src/host/testing/channel-fixture.ts';
import { type DataFolder, openDataFolder } from '../../src/store/index.ts';

const ids = ['one-phone', 'two-phone', 'three-phone'];
const carried = 'step-phone';
const processes = 20;
const parts = Array.from({ length: 12 }, (_, at) => `part-${at}.txt`);

export interface ChaosReport {
  readonly kills: number;
  /** Plugins found active over all starts, as a sign that the worker did something. */
  readonly found: number;
  readonly versions: Readonly<Record<string, number>>;
  /** Changes that were finished before the kills. */
  readonly finished: Readonly<Record<string, number>>;
  /** What was wrong after a start; empty if all is well. */
  readonly faults: readonly string[];
}

/** Kills a working server `kills` times at random instants and looks, after each new start, whether every plugin is the old or the new one. */
export async function killPluginWorker({
  folder,
  kills,
  seed,
}: {
  folder: string;
  kills: number;
  seed: number;
}): Promise<ChaosReport> {
  const channels = [await serveChannel(), await serveChannel()] as const;
  const report = {
    kills,
    found: 0,
    versions: {} as Record<string, number>,
    finished: {} as Record<string, number>,
    faults: [] as string[],
  };
  try {
    await fill(channels[0], '1.0');
    await fill(channels[1], '2.0');
    await prepare(folder, channels[0].url);
    for (let turn = 0; turn < kills; turn++) {
      const arguments_ = [folder, channels[0].url, channels[1].url, String(seed + turn * 7919)];
      for (const verb of await killOnce(arguments_, { changes: turn % 3, thenMs: Math.random() * 700 }))
        report.finished[verb] = (report.finished[verb] ?? 0) + 1;
      report.faults.push(
        ...(await inspect(folder, report)).map((fault) => `after kill ${turn + 1} (seed ${seed + turn}): ${fault}`),
      );
    }
  } finally {
    await Promise.all(channels.map((channel) => channel.close()));
  }
  return report;
}

/** Offers every plugin at this version. */
export async function fill(channel: ChannelFixture, version: string): Promise<void> {
  const files = Object.fromEntries(parts.map((path) => [path, version]));
  for (const id of ids) await channel.offer(id, version, { 'plugin-info': pluginInfo(version), ...files });
  await channel.offer(carried, version, {
    ...{
      'plugin-info': pluginInfo(version),
      'plugin.xml': pluginXml(version === '1.0' ? 1 : 2),
      'upgrade.xml': upgradeXml,
    },
    ...files,
  });
}

const pluginXml = (version: number) => `<?xml version="1.0" encoding="UTF-8"?>
<plugin xmlns="http://www.urbancode.com/PluginXMLSchema_v1">
  <header><identifier id="${carried}" name="Step Phone" version="${version}"/><description/><tag>Acme</tag></header>
  <step-type name="Send"><description/>
    <properties><property name="${version === 1 ? 'target' : 'goal'}"><property-ui type="textBox" label="Where"/></property></properties>
    <post-processing/><command program="true"/>
  </step-type>
</plugin>`;
const upgradeXml = `<?xml version="1.0" encoding="UTF-8"?>
<plugin-upgrade xmlns="http://www.urbancode.com/UpgradeXMLSchema_v1">
  <migrate to-version="2"><migrate-command name="Send"><migrate-properties><migrate-property name="goal" old="target"/></migrate-properties></migrate-command></migrate>
</plugin-upgrade>`;

/** Installs the plugin with step types and imports the processes that use it. */
export async function prepare(folder: string, channel: string): Promise<void> {
  const data = await openDataFolder(folder, { write: true });
  const host = await Host.open(data);
  await host.settings.set('plugin_server', channel);
  await host.update().done;
  await host.install(carried, { who: 'chaos' }).done;
  const catalogue = openCatalogue(data.store, { user: 'chaos' });
  for (let at = 0; at < processes; at++) {
    await importProcesses(catalogue, { text: JSON.stringify(processOf(at)), file: `process-${at}.json` });
  }
  await host.close();
  await data.close();
}

function processOf(number: number): object {
  const step = {
    type: 'plugin',
    name: 'Send it',
    pluginName: 'Step Phone',
    pluginVersion: 1,
    commandName: 'Send',
    properties: { target: `place ${number}` },
    children: [],
  };
  const rootActivity = {
    type: 'graph',
    name: 'graph',
    edges: [{ to: 'Send it', type: 'ALWAYS' }],
    offsets: [],
    children: [step],
  };
  return { name: `Process ${number}`, description: '', properties: [], propDefs: [], rootActivity };
}

interface Instant {
  /** Changes that the worker finishes at least … */
  readonly changes: number;
  /** … and how long it goes on then. */
  readonly thenMs: number;
}

/** Returns the changes that were finished. */
async function killOnce(given: readonly string[], { changes, thenMs }: Instant): Promise<string[]> {
  const worker = fileURLToPath(new URL('./plugin-worker.ts', import.meta.url));
  const child = spawn(process.execPath, [worker, ...given], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.on('data', (piece: Buffer) => {
    said += piece.toString();
  });
  const ended = once(child, 'exit');
  const ready = await Promise.race([once(child.stdout, 'data'), ended.then(() => null)]);
  if (ready === null) throw new Error(`The worker ended by itself: ${said}`);
  let verbs = '';
  const finished = () => verbs.split('\n').filter(Boolean);
  const enough = new Promise<void>((resolve) => {
    child.stdout.on('data', (piece: Buffer) => {
      verbs += piece.toString();
      if (finished().length >= changes) resolve();
    });
    if (changes === 0) resolve();
  });
  await Promise.race([enough, ended]);
  await new Promise((resolve) => setTimeout(resolve, thenMs));
  child.kill('SIGKILL');
  const [code] = (await ended) as [number | null];
  if (code !== null) throw new Error(`The worker ended by itself with ${code}: ${said}`);
  return finished();
}

/** Starts upon what a kill left, and says what is wrong: nothing, if all is well. */
export async function inspect(
  folder: string,
  report: { found: number; versions: Record<string, number> },
): Promise<string[]> {
  const data = await openDataFolder(folder, { write: true });
  const catalogue = openCatalogue(data.store, { user: 'start' });
  for (const plan of await listPlans(catalogue)) {
    if (plan.state === 'applying' || plan.state === 'undoing') await resumePlan(catalogue, plan.id);
  }
  const host = await Host.open(data);
  try {
    return await faultsOf(data, host, report);
  } finally {
    await host.close();
    await data.close();
  }
}

async function faultsOf(
  data: DataFolder,
  host: Host,
  report: { found: number; versions: Record<string, number> },
): Promise<string[]> {
  const faults: string[] = [];
  const active = (await installedVersions(data.store)).filter((version) => version.active);
  for (const view of await host.installed())
    if (view.state === 'broken') faults.push(`${view.id} is broken: ${view.reason}`);
  for (const { id, version } of active) {
    report.found += 1;
    report.versions[version] = (report.versions[version] ?? 0) + 1;
    const { release } = host.plugin(id);
    if (release.version !== version)
      faults.push(`${id} is ${version} in the database and ${release.version} when loaded`);
    const texts = parts.map((path) =>
      Buffer.from(release.tree.entries.find((entry) => entry.path === path)?.bytes ?? []).toString(),
    );
    if (texts.some((text) => text !== version))
      faults.push(`${id} ${version} is a mixture: ${[...new Set(texts)].join(', ')}`);
  }
  faults.push(...(await processFaults(data, host)));
  const known = new Set(active.map(({ id }) => id));
  const folders = await readdir(data.plugins);
  for (const name of folders) {
    if (name.startsWith('.staging-')) faults.push(`${name} was left behind`);
    else if (!name.startsWith('.') && !known.has(name)) faults.push(`${name} lies in plugins/ but is not installed`);
  }
  for (const id of known) if (!folders.includes(id)) faults.push(`${id} has no live folder`);
  return faults;
}

/** Every process must stand at the plugin's active version, with its value under that version's name for it. */
async function processFaults(data: DataFolder, host: Host): Promise<string[]> {
  const number = host.plugin(carried).release.number;
  const rows = await data.store.db
    .selectFrom('process')
    .innerJoin('process_version', (join) =>
      join
        .onRef('process_version.process_id', '=', 'process.id')
        .onRef('process_version.version', '=', 'process.version'),
    )
    .select(['process.name', 'process_version.document'])
    .execute();
  const faults = rows.length === processes ? [] : [`there are ${rows.length} processes instead of ${processes}`];
  for (const { name, document } of rows) {
    const [step] = JSON.parse(document).rootActivity.children;
    const expected = { [number === 1 ? 'target' : 'goal']: `place ${name.split(' ')[1]}` };
    if (step.pluginVersion !== number || JSON.stringify(step.properties) !== JSON.stringify(expected)) {
      faults.push(
        `${name} is at version ${step.pluginVersion} with ${JSON.stringify(step.properties)}, the plugin at ${number}`,
      );
    }
  }
  return faults;
}
