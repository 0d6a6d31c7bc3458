import { treeOf, writePackage } from '../../src/package/index.ts';
import type { TestServer } from '../../src/server/testing/start-test-server.ts';
import { genericProcess, pluginId, pluginXml, upgradeXml, useJson } from './step-plugin.ts';

const choices = { 1: ['XS', 'S', 'M', 'L', 'XXL'], 2: ['S', 'M', 'L'] } as const;

async function upload(server: TestServer, version: 1 | 2): Promise<void> {
  const size = { name: 'size', type: 'selectBox', default: 'M', choices: choices[version] };
  const text = pluginXml(version, [{ name: 'Order', properties: [size] }]);
  const blocks = '<migrate to-version="2"><migrate-command name="Order"/></migrate>';
  const files = { 'plugin.xml': text, ...(version === 2 && { 'upgrade.xml': upgradeXml(blocks) }) };
  const entries = Object.entries(files).map(
    ([path, content]) => ({ path, kind: 'file', mode: 0o644, bytes: Buffer.from(content) }) as const,
  );
  const form = new FormData();
  form.append('file', new Blob([Uint8Array.from(await writePackage(treeOf(null, entries), 'zip'))]), `${version}.zip`);
  const { reason } = await server.ended((await server.ask('POST', '/api/plugins/upload', form)).body);
  if (reason) throw new Error(JSON.stringify(reason));
}

/** A plan that asks about two values: "XS" of three processes and "XXL" of one, which the new version offers no longer. */
export async function sizesPlan(server: TestServer): Promise<string> {
  await upload(server, 1);
  const documents = ['XS', 'XS', 'XS', 'XXL', 'M'].map((size, index) =>
    genericProcess(`Order ${index + 1}`, [
      useJson({ activity: 'Order', step: 'Order', version: 1, properties: { size } }),
    ]),
  );
  const form = new FormData();
  form.append('file', new Blob([JSON.stringify(documents)]), 'all.json');
  const { status, body } = await server.ask('POST', '/api/processes/import', form);
  if (status !== 200) throw new Error(JSON.stringify(body));
  await upload(server, 2);
  const plan = await server.ended((await server.ask('POST', '/api/plans', { plugin: pluginId, to: 2 })).body);
  if (typeof plan.result !== 'string') throw new Error(JSON.stringify(plan));
  return plan.result;
}
