import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commands } from '../src/cli/commands/index.ts';
import { startTestServer, type TestServer } from '../src/server/testing/start-test-server.ts';
import { projectRoot, succeed } from './journey/lockstep.ts';
import { oneProcess } from './journey/one-process.ts';

/** Arguments of one command, which run in this order on one and the same data. */
interface Sample {
  readonly name: string;
  readonly parameters: readonly string[];
  /** 0 unless it says otherwise. */
  readonly code?: number;
  /** Whether data are other ones afterwards; as the command declares unless it says otherwise. */
  readonly changes?: boolean;
}

const id = 'org.example.fleet-tools';
const fleet = (version: number): string => join(projectRoot, 'examples/fleet-tools', String(version));
const example = (name: string): string => join(projectRoot, 'examples/processes', name);
const dead = 'http://127.0.0.1:1';
const sample = (name: string, parameters: readonly string[] = [], more: Partial<Sample> = {}): Sample => ({
  name,
  parameters,
  ...more,
});
/** What it works on is not there: it is refused by whoever would have it. */
const refused = (code: number): Partial<Sample> => ({ code, changes: false });

const samples: readonly Sample[] = [
  sample('plugin install', [fleet(1)]),
  sample('process import', [example('restart-at-night.json'), example('configure-and-tell.json')]),
  sample('plugin list'),
  sample('plugin search', ['fleet']),
  sample('plugin supporting', ['Cisco']),
  sample('plugin show', [id]),
  sample('plugin update', ['--plugin-server', `${dead}/plugins/1/testing/`], { code: 7 }),
  sample('plugin upgrade', [id], refused(2)),
  sample('process export', ['--all']),
  sample('process list'),
  sample('process show', ['Restart at night']),
  sample('process label', ['Restart at night', 'pilot']),
  sample('process diff', ['Restart at night']),
  sample('process history', ['Restart at night']),
  sample('process where-used', [id]),
  sample('plugin install', [fleet(3), '--beside']),
  sample('upgrade plan', [id, '--to', '3']),
  sample('upgrade show', ['1']),
  sample('upgrade answer', ['1', '--on-unlisted', 'delete']),
  sample('upgrade apply', ['1', '--yes']),
  sample('upgrade waves', ['1']),
  sample('upgrade pause', ['1'], refused(4)),
  sample('upgrade continue', ['1'], { changes: false }),
  sample('upgrade undo', ['1', '--yes']),
  sample('upgrade redo', ['1', '--yes']),
  sample('upgrade plan', [id, '--to', '3']),
  sample('upgrade discard', ['3']),
  sample('upgrade list'),
  sample('snapshot create', ['As audited']),
  sample('snapshot list'),
  sample('snapshot show', ['As audited']),
  sample('plugin uninstall', [id, '--version', '1', '--yes', '--force']),
  sample('run', ['Restart at night'], refused(5)),
  sample('run watch', ['nobody'], refused(8)),
  sample('run list'),
  sample('run show', ['nobody'], refused(8)),
  sample('run log', ['nobody'], refused(8)),
  sample('run artefacts', ['nobody'], refused(8)),
  sample('run retry', ['nobody'], refused(8)),
  sample('run cancel', ['nobody'], refused(8)),
  sample('run answer', ['nobody', 'nothing', '--success'], refused(8)),
  sample('run sweep', [], { changes: false }),
  sample('agent list'),
  sample('agent drain', ['nobody'], refused(8)),
  sample('user list'),
  sample('user create', ['ada', '--no-password']),
  sample('user change', ['ada', '--role', 'process-owner']),
  sample('token list'),
  sample('token create', ['laptop', '--user', 'ada']),
  sample('token revoke', ['nobody'], refused(8)),
  sample('user link', ['ada', '8f14e45f', '--issuer', 'https://id.example.org']),
  sample('user unlink', ['ada']),
  sample('user grants'),
  sample('user grant', ['ada', 'process-owner', '--owner', 'web*']),
  sample('user revoke', ['nobody'], refused(8)),
  sample('user remove', ['ada', '--yes']),
  sample('shell', ['-c', "parameters.set('locale', 'fr_FR')"]),
  sample('activity'),
  sample('doctor'),
  sample('doctor', ['--security']),
  sample('prune', ['--older-than', '0', '--dry-run'], { changes: false }),
  sample('prune', ['--older-than', '0', '--yes']),
];

const touching = commands.filter(({ data }) => data !== undefined);
const places = touching.filter(({ folderOnly }) => folderOnly === undefined);
const wordsOf = ({ name, parameters }: Sample): string[] => [...name.split(' '), ...parameters];

/** All rows of a database but when somebody was last seen and what a lease needs. */
function fingerprint(data: string): string {
  const database = new DatabaseSync(join(data, 'lockstep.db'), { readOnly: true });
  const tables = database.prepare("select name from sqlite_schema where type = 'table' order by name").all();
  const hash = createHash('sha256');
  for (const { name } of tables) {
    for (const row of database.prepare(`select * from "${name}"`).all()) {
      const kept = Object.entries(row).filter(([column]) => !/seen|last_used|lease|heartbeat/.test(column));
      hash.update(`${name} ${JSON.stringify(kept)}\n`);
    }
  }
  database.close();
  return hash.digest('hex');
}

describe('where a command works', { timeout: 60_000 }, () => {
  let server: TestServer;
  let folder: string;
  let empty: string;
  let data: string;
  const lines = oneProcess();
  const at = (): string[] => ['--server', server.url, '--token', server.token];

  beforeAll(async () => {
    server = await startTestServer({ agent: { builtIn: false } });
    folder = await mkdtemp(join(tmpdir(), 'lockstep-where-'));
    empty = await mkdtemp(join(tmpdir(), 'lockstep-empty-'));
    data = join(folder, 'data');
  });
  afterAll(async () => {
    await server.stop();
    for (const one of [folder, empty]) await rm(one, { recursive: true, force: true });
  });

  it('every command that touches data has a sample here, or works on folders alone', () => {
    const sampled = new Set(samples.map(({ name }) => name));
    expect(places.map(({ name }) => name).filter((name) => !sampled.has(name))).toEqual([]);
    expect([...sampled].filter((name) => !places.some((one) => one.name === name))).toEqual([]);
  });

  it.each(samples.map((one, index) => [`${index + 1}. ${one.name}`, one] as const))(
    '%s works at the server that is named and leaves no folder behind, and does the same in a folder that is named',
    async (_, one) => {
      const command = places.find(({ name }) => name === one.name)!;
      const { code = 0, changes = command.data !== 'read' } = one;
      const says = command.data !== 'read';

      const before = fingerprint(join(server.folder, 'data'));
      const there = await lines.run([...wordsOf(one), ...at()], { cwd: empty });
      expect([there.code, there.stderr]).toEqual([code, says ? expect.stringMatching(/^on http/) : expect.any(String)]);
      expect(await readdir(empty)).toEqual([]);
      expect(fingerprint(join(server.folder, 'data')) !== before).toBe(changes);

      // a flag beats the environment, and what is done is the same
      const env = { LOCKSTEP_SERVER: dead, LOCKSTEP_TOKEN: 'x' };
      const here = await lines.run([...wordsOf(one), '--data', data], { cwd: empty, env });
      expect([here.code, here.stderr]).toEqual([code, says ? expect.stringMatching(/^in \S/) : expect.any(String)]);
      expect(await readdir(empty)).toEqual([]);
    },
  );

  it.each(places.map((command) => [command.name, command] as const))(
    '%s asks nobody else where the server is dead, and takes no two places',
    async (name) => {
      const words = wordsOf(samples.find((one) => one.name === name)!);
      const flag = await lines.run([...words, '--server', dead, '--token', 'x'], { cwd: empty });
      expect([flag.code, flag.stderr]).toEqual([7, expect.stringContaining('server-unreachable')]);
      const env = { LOCKSTEP_SERVER: dead, LOCKSTEP_DATA: data };
      const variable = await lines.run(words, { cwd: empty, env });
      expect([variable.code, variable.stderr]).toEqual([7, expect.stringContaining('server-unreachable')]);
      const both = await lines.run([...words, '--server', dead, '--data', data], { cwd: empty });
      expect([both.code, both.stderr]).toEqual([2, expect.stringContaining('two places')]);
      expect(await readdir(empty)).toEqual([]);
    },
  );

  it.each(places.filter((command) => command.data !== 'make').map(({ name }) => [name] as const))(
    '%s takes no absence for emptiness and makes no folder',
    async (name) => {
      const words = wordsOf(samples.find((one) => one.name === name)!);
      const absent = await lines.run([...words, '--data', join(empty, 'nowhere')], { cwd: empty });
      expect([absent.code, absent.stderr]).toEqual([8, expect.stringContaining('There is no data in')]);
      const byDefault = await lines.run(words, { cwd: empty, env: { LOCKSTEP_SERVER: '', LOCKSTEP_DATA: '' } });
      expect([byDefault.code, byDefault.stderr]).toEqual([8, expect.stringContaining('lockstep-data')]);
      const file = join(projectRoot, 'README.md');
      const notFolder = await lines.run([...words, '--data', file], { cwd: empty });
      expect([notFolder.code, notFolder.stderr]).toEqual([2, expect.stringContaining(file)]);
      expect(await readdir(empty)).toEqual([]);
    },
  );

  it.each(
    touching.filter(({ folderOnly }) => folderOnly !== undefined).map((command) => [command.name, command] as const),
  )('%s says that a server cannot be asked for it', async (name, { arguments: taken = [] }) => {
    const words = [...name.split(' '), ...taken.map(() => 'something')];
    const flag = await lines.run([...words, '--server', dead], { cwd: empty });
    const variable = await lines.run(words, { cwd: empty, env: { LOCKSTEP_SERVER: dead } });
    for (const { code, stderr } of [flag, variable])
      expect([code, stderr]).toEqual([2, expect.stringContaining('cannot be asked of a server')]);
    expect(await readdir(empty)).toEqual([]);
  });

  it('a folder that was begun by one command is used by the next', async () => {
    const fresh = join(folder, 'fresh');
    await succeed(['process', 'import', example('restart-at-night.json'), '--data', fresh], { cwd: empty });
    const listed = await succeed(['process', 'list'], {
      cwd: empty,
      env: { LOCKSTEP_SERVER: '', LOCKSTEP_DATA: fresh },
    });
    expect(listed.stdout).toContain('Restart at night');
  });
});
