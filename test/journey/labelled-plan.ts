import { treeOf, writePackage } from '../../src/package/index.ts';
import type { TestServer } from '../../src/server/testing/start-test-server.ts';
import { genericProcess, pluginId, pluginXml, upgradeXml, useJson } from './step-plugin.ts';

/** Version 2 knows `Stride` instead of `Step`, and carries it over. */
export const carrying = '<migrate to-version="2"><migrate-command name="Stride" old="Step"/></migrate>';

/** A package of the journey's plugin. */
export function journeyPackage(version: 1 | 2, blocks = carrying): Promise<Uint8Array> {
  const files: Readonly<Record<string, string>> =
    version === 1
      ? { 'plugin.xml': pluginXml(1, [{ name: 'Step' }]) }
      : { 'plugin.xml': pluginXml(2, [{ name: 'Stride' }]), 'upgrade.xml': upgradeXml(blocks) };
  const entries = Object.entries(files).map(
    ([path, text]) => ({ path, kind: 'file', mode: 0o644, bytes: Buffer.from(text) }) as const,
  );
  return writePackage(treeOf(null, entries), 'zip');
}

export async function uploadJourney(server: TestServer, version: 1 | 2): Promise<void> {
  const form = new FormData();
  form.append('file', new Blob([Uint8Array.from(await journeyPackage(version))]), `journey-${version}.zip`);
  const { status, body } = await server.ask('POST', '/api/plugins/upload', form);
  if (status >= 300) throw new Error(JSON.stringify(body));
  const { reason } = await server.ended(body);
  if (reason) throw new Error(JSON.stringify(reason));
}

/** Processes at version 1, so many of the first ones labelled `pilot`. */
export async function importLabelled(server: TestServer, processes: number, labelled: number): Promise<string[]> {
  const use = useJson({ activity: 'A', step: 'Step', version: 1 });
  const documents = Array.from({ length: processes }, (_, index) => genericProcess(`P${index + 1}`, [use]));
  const form = new FormData();
  form.append('file', new Blob([JSON.stringify(documents)]), 'all.json');
  const { status, body } = await server.ask('POST', '/api/processes/import', form);
  if (status !== 200) throw new Error(JSON.stringify(body));
  const ids = (body.created as { id: string; name: string }[]).map(({ id }) => id);
  for (const id of ids.slice(0, labelled))
    await server.ask('PUT', `/api/processes/${id}/labels`, { labels: ['pilot'] });
  return ids;
}

/** A server with a plan from version 1 to 2 over processes of which some are labelled `pilot`. */
export async function labelledPlan(server: TestServer, processes: number, labelled: number): Promise<string> {
  await uploadJourney(server, 1);
  await importLabelled(server, processes, labelled);
  await uploadJourney(server, 2);
  const { result } = await server.ended((await server.ask('POST', '/api/plans', { plugin: pluginId })).body);
  return result;
}
