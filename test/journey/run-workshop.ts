import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestTree, readFolder } from '../../src/package/index.ts';
import { parsePluginXml } from '../../src/plugin/index.ts';
import type { ProcessDocument } from '../../src/process/index.ts';
import {
  type Agent,
  type AgentOptions,
  openRuns,
  openScripts,
  type PluginSource,
  type ProcessSource,
  type RunDetail,
  type Runs,
  type RunsOptions,
  type Scripts,
  startAgent,
} from '../../src/run/index.ts';
import { openStore, type Store } from '../../src/store/index.ts';
import { testVault } from '../vault.ts';

/** Runs over a real database with real agents; processes and plugins come from maps that the test fills. */
export interface RunWorkshop {
  readonly folder: string;
  readonly store: Store;
  readonly scripts: Scripts;
  runs: Runs;
  /** Adds a process, or a new version of one. */
  process(id: string, document: ProcessDocument): void;
  /** Adds a version of a plugin, or loads it again with other content: its plugin.xml and its files. */
  plugin(version: number, xml: string, files: Readonly<Record<string, string>>): Promise<void>;
  agent(options?: Partial<AgentOptions>): Agent;
  /** Opens the runs anew, as a restarted server does. */
  reopen(options?: Partial<RunsOptions>): Runs;
  /** Follows a run until a condition holds (its end, unless given). */
  until(runId: string, holds?: (run: RunDetail) => boolean): Promise<RunDetail>;
  close(): Promise<void>;
}

export async function openWorkshop(
  options: Partial<RunsOptions> & { readonly database?: string } = {},
): Promise<RunWorkshop> {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-runs-'));
  const store = await openStore(options.database ?? join(folder, 'lockstep.db'), { vault: testVault });
  const documents = new Map<string, ProcessDocument[]>();
  const plugins = new Map<string, Awaited<ReturnType<PluginSource['find']>>>();
  const byDigest: typeof plugins = new Map();
  const scripts = openScripts();
  const agents: Agent[] = [];
  const stops: (() => Promise<void>)[] = [];

  const processes: ProcessSource = {
    async load(processId, version) {
      const versions = documents.get(processId) ?? [];
      const at = version ?? versions.length;
      const document = versions[at - 1];
      if (!document) throw new Error(`no process ${processId} ${version}`);
      return { pin: { processId, version: at, name: document.name }, document };
    },
    async find({ name }) {
      for (const [processId, versions] of documents)
        if (versions.at(-1)!.name === name) return { processId, version: versions.length, name };
      return null;
    },
  };
  const pluginSource: PluginSource = {
    find: async ({ name, version }, digest) =>
      digest ? (byDigest.get(digest) ?? null) : (plugins.get(`${name}@${version}`) ?? null),
    folder: async (digest) => join(folder, 'plugins', digest),
  };

  const workshop: RunWorkshop = {
    folder,
    store,
    scripts,
    runs: undefined as never,
    process(id, document) {
      documents.set(id, [...(documents.get(id) ?? []), document]);
    },
    async plugin(version, xml, files) {
      const { definition } = parsePluginXml(xml, 'plugin.xml');
      const staged = join(folder, 'plugins', 'staged');
      await mkdir(staged, { recursive: true });
      for (const [name, content] of Object.entries({ 'plugin.xml': xml, ...files }))
        await writeFile(join(staged, name), content, { mode: 0o755 });
      const digest = digestTree(await readFolder(staged, { root: 'plugin' }));
      await rename(staged, join(folder, 'plugins', digest));
      byDigest.set(digest, { id: definition.id, version, digest, definition });
      plugins.set(`${definition.name}@${version}`, byDigest.get(digest)!);
    },
    agent(given = {}) {
      const { runs } = workshop;
      const agent = startAgent({
        port: runs.dispatcher,
        name: 'built-in',
        home: join(folder, 'agent'),
        scripts,
        slots: 4,
        graceMilliseconds: 200,
        pluginFolder: pluginSource.folder,
        logFile: ({ runId, id }) => join(runs.folder, runId, `${id}.log`),
        ...given,
      });
      agents.push(agent);
      return agent;
    },
    reopen(given = {}) {
      workshop.runs = openRuns({
        store,
        dataFolder: folder,
        processes,
        plugins: pluginSource,
        scripts,
        saveProcess: async ({ processId, document }) => {
          workshop.process(processId, document);
          return documents.get(processId)!.length;
        },
        ...options,
        ...given,
      });
      stops.push(workshop.runs.startUpkeep());
      return workshop.runs;
    },
    async until(runId, holds = (run) => run.endedAt !== null) {
      const deadline = Date.now() + 30_000;
      for (;;) {
        const change = workshop.runs.nextChange(runId, 1000);
        const run = await workshop.runs.show(runId);
        if (holds(run)) return run;
        if (Date.now() > deadline) throw new Error(`The run does not get there: ${JSON.stringify(run, null, 1)}`);
        await change;
      }
    },
    async close() {
      await Promise.all(agents.map((agent) => agent.stop()));
      await Promise.all(stops.map((stop) => stop()));
      await scripts.close();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  workshop.reopen();
  return workshop;
}

export const shellPluginName = 'Shell';

/** A plugin with the step type `Sh`, which runs its property `script` with /bin/sh; `token` is secure. */
export function shellPluginXml(version: number, properties = ''): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<plugin xmlns="http://www.urbancode.com/PluginXMLSchema_v1">
  <header><identifier id="org.example.shell" name="${shellPluginName}" version="${version}"/><description>d</description><tag>T</tag></header>
  <step-type name="Sh">
    <description>d</description>
    <properties>
      <property name="script" required="true"><property-ui type="textAreaBox" label="Script"/></property>
      <property name="token"><property-ui type="secureBox" label="Token"/></property>
      ${properties}
    </properties>
    <post-processing><![CDATA[
      scanner.register('^out:', function (n, line) { var at = line.indexOf('='); properties.put(line.substring(4, at), line.substring(at + 1)); });
      scanner.scan();
      properties.put('Status', properties.get('exitCode') == 0 ? 'Success' : 'Failure');
    ]]></post-processing>
    <command program="/bin/sh"><arg value="-c"/><arg value="\${p:script}"/></command>
  </step-type>
</plugin>`;
}

/** A use of that step type. */
export function shell(
  name: string,
  script: string,
  fields: Readonly<Record<string, unknown>> = {},
): ProcessDocument['rootActivity'] {
  const { properties = {}, version = 1, ...rest } = fields as { properties?: Record<string, string>; version?: number };
  return {
    type: 'plugin',
    name,
    pluginName: shellPluginName,
    pluginVersion: version,
    commandName: 'Sh',
    properties: { script, ...properties },
    children: [],
    ...rest,
  };
}

/** Activities in a row, each after the success of the one before. */
export function inARow(
  name: string,
  children: readonly ProcessDocument['rootActivity'][],
  fields: Readonly<Record<string, unknown>> = {},
): ProcessDocument {
  const edges = children.map((child, index) =>
    index === 0
      ? ({ to: child.name, type: 'ALWAYS' } as const)
      : ({ from: children[index - 1]!.name, to: child.name, type: 'SUCCESS' } as const),
  );
  return { name, rootActivity: { type: 'graph', name: 'g', children, edges }, ...fields };
}
