import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serverGate } from '../src/cli/commands/repository/server-gate.ts';
import { type PackageEntry, treeOf, writePackage } from '../src/package/index.ts';
import { channelSigner, folderStorage, type IndexEntry, storedRepository } from '../src/repository/index.ts';
import { startTestServer, type TestServer } from '../src/server/testing/start-test-server.ts';
import { testFolder } from './journey/folder.ts';
import { genericProcess, pluginXml, upgradeXml, useJson } from './journey/step-plugin.ts';

let server: TestServer;

const zip = (files: Readonly<Record<string, string>>) =>
  writePackage(
    treeOf(
      null,
      Object.entries(files).map(
        ([path, text]): PackageEntry => ({ path, kind: 'file', mode: 0o644, bytes: Buffer.from(text) }),
      ),
    ),
    'zip',
  );
/** Version 2 knows `Stride` instead of `Step`; with the rename declared, or forgotten. */
const carrying = '<migrate to-version="2"><migrate-command name="Stride" old="Step"/></migrate>';
const version2 = (blocks: string) =>
  zip({ 'plugin.xml': pluginXml(2, [{ name: 'Stride' }]), 'upgrade.xml': upgradeXml(blocks) });

beforeAll(async () => {
  server = await startTestServer();
  const form = new FormData();
  form.append(
    'file',
    new Blob([Uint8Array.from(await zip({ 'plugin.xml': pluginXml(1, [{ name: 'Step' }]) }))]),
    'a.zip',
  );
  const { body, status } = await server.ask('POST', '/api/plugins/upload', form);
  expect(status, JSON.stringify(body)).toBeLessThan(300);
  if (body?.state) await server.ended(body);
  const process = genericProcess('Quite secret name', [useJson({ activity: 'A', step: 'Step', version: 1 })]);
  const processes = new FormData();
  processes.append('file', new Blob([JSON.stringify(process)]), 'p.json');
  expect((await server.ask('POST', '/api/processes/import', processes)).status).toBe(200);
});
afterAll(() => server.stop());

const entry = { id: 'org.example.journey', version: '2', filename: 'journey-2.zip' } as IndexEntry;
const pass = async (bytes: Uint8Array, token: string | undefined = server.token) => {
  const gate = serverGate([server.url], token, new AbortController().signal);
  return gate({ entry, before: null, readPackage: async () => bytes, readBefore: async () => null });
};

describe('the gate of a promotion at a server', () => {
  it('lets a version through that carries every process there over', async () => {
    expect(await pass(await version2(carrying))).toEqual([]);
  });

  it('holds a version back that would ask or lose something there, and tells numbers only', async () => {
    const [problem] = await pass(await version2('<migrate to-version="2"/>'));
    expect(problem).toMatchObject({ code: 'gate-not-passed', severity: 'error' });
    expect(problem!.message).toMatch(
      /org\.example\.journey 2 is not clean at .*: \d+ problem\(s\) and 1 question\(s\) in 1 process\(es\)/,
    );
    expect(JSON.stringify(problem)).not.toContain('Quite secret');
  });

  it('holds everything back where a server does not answer or does not let us in', async () => {
    const bytes = await version2(carrying);
    expect(await pass(bytes, 'no-such-token')).toMatchObject([{ code: 'gate-not-passed' }]);
    const gate = serverGate(['http://127.0.0.1:9/'], undefined, new AbortController().signal);
    const asked = gate({ entry, before: null, readPackage: async () => bytes, readBefore: async () => null });
    await expect(asked).rejects.toMatchObject({ code: 'server-unreachable' });
  });

  it('keeps the channel as it was', async () => {
    const repository = storedRepository(folderStorage(join(await testFolder({}), 'repository')), {
      signer: channelSigner({ keys: null }),
    });
    const packages = [{ name: 'org.example.journey-2.zip', content: await version2('<migrate to-version="2"/>') }];
    await repository.publish('testing', { who: 'ann', packages });
    const gate = serverGate([server.url], server.token, new AbortController().signal);
    const promoting = repository.promote({ from: 'testing', to: 'stable', what: [], who: 'ann', gate });
    await expect(promoting).rejects.toMatchObject({ code: 'promotion-refused' });
    await expect(repository.readOffer('stable')).rejects.toMatchObject({ code: 'channel-not-found' });
  });
});
