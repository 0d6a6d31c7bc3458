import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { channelSigner, folderStorage, type Repository, storedRepository } from '../src/repository/index.ts';
import { startTestServer, type TestServer } from '../src/server/testing/start-test-server.ts';
import { testFolder } from './journey/folder.ts';
import { carrying, importLabelled, journeyPackage, uploadJourney } from './journey/labelled-plan.ts';
import { lockstep } from './journey/lockstep.ts';
import { recordingRelay } from './journey/recording-relay.ts';

let servers: TestServer[];
let relays: Awaited<ReturnType<typeof recordingRelay>>[];
let folder: string;
let repository: Repository;

/** Two servers, each with the plugin at version 1; only the second one has processes that use it. */
beforeEach(async () => {
  servers = [await startTestServer(), await startTestServer()];
  for (const server of servers) await uploadJourney(server, 1);
  await importLabelled(servers[1]!, 3, 1);
  await shareToken(servers[0]!, servers[1]!);
  relays = await Promise.all(servers.map(({ url }) => recordingRelay(url)));
  folder = join(await testFolder({}), 'repository');
  repository = storedRepository(folderStorage(folder), { signer: channelSigner({ keys: null }) });
  const content = await journeyPackage(1);
  const packages = [{ name: 'org.example.journey-1.zip', content }];
  for (const channel of ['testing', 'stable']) await repository.publish(channel, { who: 'ann', packages });
});
afterEach(async () => {
  for (const relay of relays) await relay.close();
  for (const server of servers) await server.stop();
});

/** The release manager's token is good at both. */
async function shareToken(from: TestServer, to: TestServer): Promise<void> {
  const rows = await from.services.store.db.selectFrom('access_token').selectAll().execute();
  await to.services.store.db.deleteFrom('access_token').execute();
  for (const row of rows) await to.services.store.db.insertInto('access_token').values(row).execute();
}

async function publishVersion2(blocks: string): Promise<void> {
  const packages = [{ name: 'org.example.journey-2.zip', content: await journeyPackage(2, blocks) }];
  await repository.publish('testing', { who: 'ann', packages });
}

const promote = () =>
  lockstep(['promote', '--repository', folder, '--gate', relays.map(({ url }) => url).join(','), '--yes', '--json'], {
    env: { LOCKSTEP_TOKEN: servers[0]!.token },
  });
const stable = async () => (await repository.readOffer('stable')).index.get('org.example.journey')?.version;

/** The words and the numbers of a JSON value, by their path. */
function leaves(value: unknown, path = ''): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return { [path]: value };
  return Object.assign({}, ...Object.entries(value).map(([name, inner]) => leaves(inner, `${path}/${name}`)));
}

describe('`promote --gate` at two servers', () => {
  it('promotes what every server there carries over without asking', async () => {
    await publishVersion2(carrying);
    const promoted = await promote();
    expect(promoted.code, promoted.stderr).toBe(0);
    expect(await stable()).toBe('2');
    expect(relays.map(({ answers }) => answers.map(({ path, status }) => [path, status]))).toEqual([
      [['/api/gate', 200]],
      [['/api/gate', 200]],
    ]);
  });

  it('refuses what one of them would ask about, and nothing but counts has left it', async () => {
    await publishVersion2('<migrate to-version="2"/>');
    const refused = await promote();
    expect(refused.code).toBe(4);
    const { error } = refused.json<{ error: { code: string; message: string } }>();
    expect(error.code).toBe('promotion-refused');
    // the first one has no process; the second one says how many, and not which
    expect(error.message).toContain(`is not clean at ${relays[1]!.url}`);
    expect(error.message).not.toContain(`is not clean at ${relays[0]!.url}`);
    expect(error.message).toContain('3 question(s) in 3 process(es)');
    expect(await stable()).toBe('1');
    expect((await repository.history('stable')).length).toBe(1);

    const [answer] = relays[1]!.answers;
    const said = leaves(JSON.parse(answer!.body));
    const words = Object.entries(said).filter(([, value]) => typeof value === 'string');
    // what the asking side has sent itself
    expect(Object.fromEntries(words)).toEqual({ '/plugin/id': 'org.example.journey' });
    for (const [path, value] of Object.entries(said)) {
      if (path !== '/plugin/id') expect(['number', 'boolean'], path).toContain(typeof value);
    }
    expect(said).toMatchObject({ '/clean': false, '/totals/processes': 3, '/totals/questions': 3 });
    for (const secret of ['P1', 'P2', 'P3', 'pilot', 'Step']) {
      expect(answer!.body, secret).not.toContain(secret);
      expect(JSON.stringify(answer!.headers), secret).not.toContain(`"${secret}"`);
    }
    // and asking has changed nothing there
    const look = async (path: string) => (await servers[1]!.ask('GET', path, undefined, servers[0]!.token)).body;
    expect((await look('/api/plans')).total).toBe(0);
    expect((await look('/api/plugins/org.example.journey')).installed).toBe('1');
  });
});
