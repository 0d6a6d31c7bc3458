import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readFolder, writePackage } from '../package/index.ts';
import { startTestServer, type TestServer } from './testing/start-test-server.ts';

const examples = fileURLToPath(new URL('../../examples', import.meta.url));
let server: TestServer;

beforeEach(async () => {
  server = await startTestServer();
});
afterEach(() => server.stop());

/** An example version as somebody else's package, with the same display name. */
async function packageOf(version: number, id: string): Promise<FormData> {
  const { entries, ...tree } = await readFolder(`${examples}/fleet-tools/${version}`, { root: id });
  const renamed = entries.map((entry) =>
    entry.kind === 'file' && entry.path === 'plugin.xml'
      ? { ...entry, bytes: Buffer.from(Buffer.from(entry.bytes).toString().replace('org.example.fleet-tools', id)) }
      : entry,
  );
  const form = new FormData();
  form.append(
    'file',
    new Blob([new Uint8Array(await writePackage({ ...tree, entries: renamed }, 'tar.gz'))]),
    `${id}-${version}.tar.gz`,
  );
  return form;
}

async function upload(version: number, id: string) {
  return server.ended((await server.ask('POST', '/api/plugins/upload', await packageOf(version, id))).body);
}

it('refuses a stranger’s plugin of the same display name, and no plan claims what is not its own [SCOPE-2]', async () => {
  expect((await upload(1, 'org.example.fleet-tools')).state).toBe('success');
  expect(await upload(1, 'org.other.fleet-tools')).toMatchObject({
    state: 'fail',
    reason: { code: 'plugin-conflict' },
  });
  const form = new FormData();
  for (const file of await readdir(`${examples}/processes`)) {
    if (file.endsWith('.json')) form.append('file', new Blob([await readFile(`${examples}/processes/${file}`)]), file);
  }
  await server.ask('POST', '/api/processes/import', form);
  // a database of older days may hold two of one name: no plan takes the other's processes, and it says so
  await upload(3, 'org.example.fleet-tools');
  const { db } = server.services.store;
  const rows = await db.selectFrom('plugin_version').selectAll().execute();
  await db
    .insertInto('plugin')
    .values({ id: 'org.other', name: 'Fleet Tools', active_version: '1', former_version: null })
    .execute();
  await db
    .insertInto('plugin_version')
    .values(rows.map((row) => ({ ...row, plugin_id: 'org.other' })))
    .execute();
  const planned = await server.ended(
    (await server.ask('POST', '/api/plans', { plugin: 'org.other', onUnlisted: 'delete' })).body,
  );
  const { body: plan } = await server.ask('GET', `/api/plans/${planned.result}`);
  expect(plan.totals.processes).toBe(0);
  expect(plan.problems).toMatchObject([{ code: 'name-shared' }]);
});
