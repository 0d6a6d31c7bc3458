// Long: hundreds of processes are read from stand-ins of two generations, in one process.
import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createPlan, importProcesses, listPlanEntries, openCatalogue } from '../src/catalogue/index.ts';
import { registerPlugin } from '../src/catalogue/testing/register-plugin.ts';
import { type Release, readPluginSource } from '../src/host/index.ts';
import { parsePluginXml, parseUpgradeXml } from '../src/plugin/index.ts';
import { system } from '../src/ports/index.ts';
import {
  openKeptAnswers,
  type Preview,
  type PreviewRequest,
  previewExitCode,
  previewServer,
} from '../src/preview/index.ts';
import { sqlite } from './databases.ts';
import { testFolder } from './journey/folder.ts';
import { lockstep, projectRoot } from './journey/lockstep.ts';
import { documentsIn, type LiveWorld, liveWorld, withDrafts, worldExport } from './live/live-world.ts';
import { type StandIn, type StandInOptions, startStandIn } from './live/stand-in.ts';

const corpus = join(projectRoot, '../shared/corpus/processes');
const examples = documentsIn(join(projectRoot, 'examples/processes'));
const real = existsSync(corpus) ? documentsIn(corpus) : [];
const database = sqlite();
const versions = await Promise.all(
  [1, 2, 3].map((number) => readPluginSource(join(projectRoot, `examples/fleet-tools/${number}`))),
);
const [one, two, three] = versions as [(typeof versions)[0], (typeof versions)[0], (typeof versions)[0]];

const started: StandIn[] = [];
afterEach(async () => {
  for (const standIn of started.splice(0)) await standIn.close();
});

async function standIn(options: StandInOptions): Promise<StandIn> {
  const server = await startStandIn(options);
  started.push(server);
  return server;
}

function request(url: string, more: Partial<PreviewRequest> = {}): PreviewRequest {
  return {
    ...{ url, token: 'secret-token', now: '2030-01-01T00:00:00.000Z', user: 'ada' },
    ...{ definition: three.definition!, upgradeFile: three.upgradeFile, known: [one.definition!, two.definition!] },
    // nobody waits in a test; how long it would be is tested where it is decided
    ports: { ...system, clock: { ...system.clock, wait: async () => {} } },
    ...more,
  };
}

/** What importing everything and planning gives, by whose process it is. */
async function importAndPlan(
  world: LiveWorld,
  plugin: readonly Pick<Release, 'definition' | 'upgradeFile' | 'version'>[],
) {
  const catalogue = openCatalogue(await database.open(), { user: 'ada', now: () => '2030-01-01T00:00:00.000Z' });
  for (const { definition, upgradeFile, version } of plugin)
    await registerPlugin(catalogue, { definition, upgradeFile, digest: version });
  await importProcesses(catalogue, { text: JSON.stringify(worldExport(world)), file: 'everything.json' });
  const { id } = await createPlan(catalogue, {
    plugin: plugin.at(-1)!.definition!.id,
    options: { onUnlisted: 'carry' },
  });
  const { entries } = await listPlanEntries(catalogue, id, { limit: 100_000 });
  return new Map(
    entries.map(({ process: { kind, owner, name }, uses, asked, warnings, graph }) => [
      JSON.stringify([kind, owner, name]),
      { uses, graph, asked: asked.map(({ message }) => message), warnings },
    ]),
  );
}

function expectSame(preview: Preview, expected: Awaited<ReturnType<typeof importAndPlan>>): void {
  const messages = new Map(preview.plan.questions.map(({ id, message }) => [id, message]));
  const found = new Map(
    preview.plan.processes.map(({ process: { kind, owner, name }, uses, questions, warnings, graph }) => [
      JSON.stringify([kind, owner, name]),
      { uses, graph, asked: questions.map((id) => messages.get(id)), warnings },
    ]),
  );
  expect([...found.keys()].sort()).toEqual([...expected.keys()].sort());
  for (const [name, planned] of expected) expect(found.get(name), name).toEqual(planned);
}

const world = liveWorld([...examples, ...real], 300);

describe('a preview of a running server', () => {
  it.each(['older', 'newer'] as const)(
    'equals import and plan, use for use, on an %s server with slow answers, faults and pages',
    async (generation) => {
      // older servers keep no drafts
      const here = generation === 'newer' ? withDrafts(world) : world;
      const server = await standIn({
        world: here,
        generation,
        delay: 1,
        mostRows: 7,
        // every ninth path fails at first, every thirteenth twice
        trouble: (path, before) => {
          const sum = [...path].reduce((total, sign) => total + sign.charCodeAt(0), 0);
          if (path !== '/' && sum % 13 === 0 && before < 2) return { status: 429, headers: { 'retry-after': '1' } };
          return sum % 9 === 0 && before < 1 ? { status: 500 } : null;
        },
      });
      const preview = await previewServer(request(server.url));
      expect(preview.unread).toEqual([]);
      expect(preview.server.version).toBe(generation === 'older' ? '6.2.4.1.930973' : '8.2.0.1');
      expect(preview.rules).toMatchObject({ name: 'urbancode', by: 'version' });
      expect(preview.plugin).toMatchObject({ installed: 1, to: 3 });

      expectSame(preview, await importAndPlan(here, versions));
      // a draft is a process of its own, and marked
      const drafts = preview.processes.filter(({ draft }) => draft);
      expect(drafts.length > 0).toBe(generation === 'newer');
      expect(drafts.every(({ name }) => name.endsWith(' (draft)'))).toBe(true);
      // and in both columns the same uses
      expect(preview.totals.server.uses).toBe(preview.totals.lockstep.uses);
    },
  );

  it('asks with GET and nothing else, four at a time, and sends the token to nobody else', async () => {
    const elsewhere = await standIn({ world, generation: 'older' });
    const server = await standIn({
      world,
      generation: 'older',
      delay: 2,
      trouble: (path) =>
        path.includes('components-0/export') ? { status: 302, headers: { location: `${elsewhere.url}${path}` } } : null,
    });
    const preview = await previewServer(request(server.url));
    expect(server.asked.filter((line) => !line.startsWith('GET '))).toEqual([]);
    expect(server.most()).toBe(4);
    expect(elsewhere.asked).toEqual([]);
    // its processes were asked for one by one, so that nothing is missing
    expect(preview.unread).toEqual([]);
  });

  it('names what it could not read, never leaves it out in silence, and does not end well', async () => {
    const [broken, shut] = [world.generic[1]!, world.generic[2]!];
    const server = await standIn({
      world,
      generation: 'older',
      trouble: (path) => {
        if (path.includes(broken.id)) return { status: 500 };
        if (path.includes(shut.id)) return { status: 403 };
        if (path.startsWith('/rest/deploy/componentTemplate?'))
          return { status: 200, text: '<html>Please sign in</html>', headers: { 'content-type': 'text/html' } };
        return null;
      },
    });
    const preview = await previewServer(request(server.url));
    expect(preview.unread).toEqual(
      expect.arrayContaining([
        {
          what: 'the list of component templates',
          path: '/rest/deploy/componentTemplate',
          reason: 'it is not there (404)',
        },
        expect.objectContaining({ what: `process "${broken.name}"`, reason: 'it answers 500' }),
        expect.objectContaining({ what: `process "${shut.name}"`, reason: 'the token may not read it (403)' }),
      ]),
    );
    expect(previewExitCode({ ...preview, processes: [], totals: none })).toBe(4);
  });

  it('asks for drafts no more where the server fails with each, and says so in one line for all', async () => {
    const server = await standIn({
      world: withDrafts(world),
      generation: 'newer',
      trouble: (path) => (path.includes('draft=true') ? { status: 501 } : null),
    });
    const { unread, counts } = await previewServer(request(server.url));
    expect(unread.map(({ what, reason }) => `${what.replace(/\d+/, 'n')}: ${reason}`)).toEqual([
      'drafts of processes, where there are any (n): it answers 501',
      'drafts of further processes (n): not asked for any more',
    ]);
    expect(counts.drafts).toBe(0);
    expect(new Set(server.asked.filter((line) => line.includes('draft=true'))).size).toBeLessThan(30);
  });

  it('says that a list is cut short where the server says how long it is', async () => {
    const server = await standIn({
      world,
      generation: 'older',
      trouble: (path) =>
        path.startsWith('/rest/process?')
          ? { status: 200, text: '[]', headers: { 'content-type': 'application/json', 'content-range': '0-0/77' } }
          : null,
    });
    const { unread } = await previewServer(request(server.url));
    expect(unread).toEqual([
      { what: 'the list of generic processes', path: '/rest/process', reason: 'it says 77, and 0 came' },
    ]);
  });

  it('reads what a newer server writes in YAML, and finds its way where no version is told', async () => {
    const server = await standIn({ world, generation: 'newer', yaml: true, silent: true });
    const preview = await previewServer(request(server.url));
    expect(preview.unread).toEqual([]);
    expect(preview.server.version).toBe(null);
    expect(preview.rules.by).toBe('package');
    const told = await previewServer(
      request((await standIn({ world, generation: 'newer' })).url, { dialect: preview.rules.name }),
    );
    expect(preview.totals).toEqual(told.totals);
    // one request a process, one for a draft of it, and one list for each owner
    expect(told.counts.requests).toBeLessThan(told.counts.processes * 2.6);
  });

  it('goes on where it was stopped, and asks for nothing twice', async () => {
    const folder = await testFolder();
    const file = join(folder, 'state');
    const stop = new AbortController();
    let answers = 0;
    const server = await standIn({
      world,
      generation: 'newer',
      trouble: () => {
        if (++answers === 150) stop.abort(new Error('stopped'));
        return null;
      },
    });
    const kept = await openKeptAnswers(file, server.url);
    await expect(previewServer(request(server.url, { kept, signal: stop.signal }))).rejects.toThrow('stopped');
    await kept.close(false);
    expect((await stat(file)).mode & 0o077).toBe(0);
    expect(await readFile(file, 'utf8')).not.toContain('secret-token');
    const first = server.asked.filter((line) => line.includes('export'));

    const again = await openKeptAnswers(file, server.url);
    expect(again.found).toBeGreaterThan(50);
    const preview = await previewServer(request(server.url, { kept: again }));
    await again.close(preview.unread.length === 0);
    const exports = server.asked.filter((line) => line.includes('export'));
    // what was under way when it stopped may be asked again: four at most
    expect(exports.length - new Set(exports).size).toBeLessThanOrEqual(4);
    expect(exports.length).toBeGreaterThan(first.length);
    expect(existsSync(file)).toBe(false);
    expect(preview.unread).toEqual([]);
    await expect(openKeptAnswers(join(projectRoot, 'package.json'), server.url)).rejects.toMatchObject({
      code: 'usage',
    });
  });

  it('refuses a wrong token, a page that is no UrbanCode, and an address where nobody is', async () => {
    const server = await standIn({ world, generation: 'older' });
    const fails = (url: string, token = 'secret-token') => expect(previewServer(request(url, { token }))).rejects;
    await fails(server.url, 'wrong').toMatchObject({ code: 'not-signed-in' });
    await fails(`${server.url}/elsewhere`).toMatchObject({ code: 'server-unreachable' });
    const gone = server.url;
    await started.splice(0)[0]!.close();
    await fails(gone).toMatchObject({ code: 'server-unreachable' });
    await fails('http://me:password@host').toMatchObject({ code: 'usage' });
  });
});

const none = {
  server: { uses: 0, carried: 0, renamed: 0, deleted: 0, pinned: 0, chosenDropped: 0, notKnown: 0 },
  lockstep: {
    ...{ processes: 0, uses: 0, carried: 0, renamed: 0, deleted: 0, pinned: 0, undecided: 0, valuesChanged: 0 },
    ...{ chosenDropped: 0, questions: 0, open: 0, offers: 0, warnings: 0 },
  },
};

describe.skipIf(real.length === 0)(
  'a preview over real exports, from ../shared/corpus (skipped where it is absent)',
  () => {
    const shell = (version: number, properties: readonly string[]) =>
      parsePluginXml(
        `<plugin><header><identifier id="org.example.shell" name="Shell" version="${version}"/></header><step-type name="Shell"><properties>${properties
          .map((name) => `<property name="${name}"><property-ui type="textBox" label="x"/></property>`)
          .join('')}</properties><command program="x"/></step-type></plugin>`,
        'plugin.xml',
      ).definition;
    const old = ['directoryOffset', 'scriptBody', 'shellInterpreter', 'runAsDaemon', 'outputFile'];
    const definition = shell(7, ['directory', 'script', 'shellInterpreter', 'runAsDaemon', 'limit']);
    const { upgradeFile } = parseUpgradeXml(
      `<plugin-upgrade xmlns="http://www.urbancode.com/UpgradeXMLSchema_v1"><migrate to-version="7"><migrate-command name="Shell"><migrate-properties>
     <migrate-property name="directory" old="directoryOffset"/><migrate-property name="script" old="scriptBody"/><migrate-property name="limit" default="60"/>
     </migrate-properties></migrate-command></migrate></plugin-upgrade>`,
      'upgrade.xml',
    );
    const known = [3, 4, 6].map((version) => shell(version, old));

    it.each(['older', 'newer'] as const)('equals import and plan, use for use, on an %s server', async (generation) => {
      const world = liveWorld(real, 240);
      const server = await standIn({ world, generation, mostRows: 50 });
      const preview = await previewServer(request(server.url, { definition, upgradeFile, known }));
      expect(preview.unread).toEqual([]);
      const plugin = [...known, definition].map((one) => ({
        ...{ definition: one, version: String(one.version) },
        upgradeFile: one === definition ? upgradeFile : null,
      }));
      expectSame(preview, await importAndPlan(world, plugin));
      expect(new Set(preview.processes.map(({ kind }) => kind))).toEqual(new Set(['component', 'template', 'generic']));
      expect(preview.totals.server.uses).toBeGreaterThan(100);
      expect(preview.applicationProcesses.length).toBeGreaterThan(0);
    });
  },
);

describe('lockstep preview', () => {
  it('prints both columns, writes each report, and ends with 5 where the server loses something', async () => {
    const folder = await testFolder({ 'token.txt': 'secret-token\n' });
    const server = await standIn({ world, generation: 'older' });
    const at = (number: number) => join(projectRoot, `examples/fleet-tools/${number}`);
    const ask = (...more: string[]) =>
      lockstep(
        ['preview', server.url, at(3), '--known', at(1), '--known', at(2), '--token-file', 'token.txt', ...more],
        { cwd: folder },
      );
    const outcome = await ask('--for', 'udeploy', '--html', 'p.html', '--csv', 'p.csv', '--sarif', 'p.sarif');
    expect(outcome.stderr).toBe('');
    expect(outcome.code).toBe(5);
    expect(outcome.stdout).toMatch(/that server\s+Lockstep/);
    expect(outcome.stdout).toContain('is taken out');
    expect(outcome.stdout).toContain('not known whether');
    const html = await readFile(join(folder, 'p.html'), 'utf8');
    expect(html).toContain('By owner');
    expect(html).not.toMatch(/<script|https?:\/\/(?!127)/);
    const csv = await readFile(join(folder, 'p.csv'), 'utf8');
    // a report that cannot be written is said, and takes nothing else along
    const other = await ask('--for', 'udeploy', '--json', '--html', 'nowhere/p.html');
    expect([other.code, other.stderr]).toEqual([7, 'nowhere/p.html could not be written.\n']);
    const json = other.json<{
      totals: { server: { uses: number; deleted: number } };
      applicationProcesses: unknown[];
    }>();
    expect(csv.trim().split('\r\n').length).toBe(1 + json.totals.server.uses + json.applicationProcesses.length);
    const sarif = JSON.parse(await readFile(join(folder, 'p.sarif'), 'utf8'));
    const lost = sarif.runs[0].results.filter(({ ruleId }: { ruleId: string }) => ruleId === 'preview-lost');
    expect(lost.length).toBeGreaterThanOrEqual(json.totals.server.deleted);
    expect(lost.length).toBeGreaterThan(0);
  });

  it('says what is missing before it asks anybody', async () => {
    const folder = await testFolder({ 'empty.txt': '\n' });
    const plugin = join(projectRoot, 'examples/fleet-tools/3');
    const without = await lockstep(['preview', 'http://127.0.0.1:9', plugin], { cwd: folder });
    expect([without.code, without.stderr]).toEqual([2, expect.stringContaining('--token-file')]);
    const empty = await lockstep(['preview', 'http://127.0.0.1:9', plugin, '--token-file', 'empty.txt'], {
      cwd: folder,
    });
    expect(empty.code).toBe(2);
  });
});
