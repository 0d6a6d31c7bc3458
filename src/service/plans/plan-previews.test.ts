import { expect, it } from 'vitest';
import { createPlan, importProcesses, openCatalogue } from '../../catalogue/index.ts';
import { registerPlugin } from '../../catalogue/testing/register-plugin.ts';
import { parseLifecycleXml, parsePluginXml } from '../../plugin/index.ts';
import { openStore } from '../../store/index.ts';
import type { Actor } from '../accounts/actor.ts';
import { previewEntry } from './plan-previews.ts';
import { findEntry } from './plan-views.ts';

const pluginXml = (id: string, version: number): string =>
  `<plugin xmlns="http://www.urbancode.com/PluginXMLSchema_v1"><header><identifier id="${id}" name="${id}" version="${version}"/></header>
<step-type name="Do"><properties/><command program="sh"/></step-type></plugin>`;

const actor: Actor = { name: 'ada', role: 'admin', via: 'page', scopes: null, grants: [] };

it('[SUCC-1] what a plan to a successor does to a process is shown by the rules that applying follows', async () => {
  const catalogue = openCatalogue(await openStore(':memory:'), { user: 'ada' });
  const old = parsePluginXml(pluginXml('org.old', 1), 'plugin.xml').definition;
  const lifecycle = '<lifecycle xmlns="urn:lockstep:lifecycle:1" successor="org.new"/>';
  const definition = parseLifecycleXml(lifecycle, 'lifecycle.xml', old).definition;
  await registerPlugin(catalogue, { definition, digest: 'old' });
  const successor = parsePluginXml(pluginXml('org.new', 2), 'plugin.xml').definition;
  await registerPlugin(catalogue, { definition: successor, digest: 'new' });
  const use = { type: 'plugin', name: 'A', commandName: 'Do', pluginName: 'org.old', pluginVersion: 1, properties: {} };
  const text = JSON.stringify({
    ...{ name: 'By name', description: '', properties: [], propDefs: [] },
    rootActivity: {
      ...{ type: 'graph', name: 'graph', offsets: [], edges: [{ to: 'A', type: 'ALWAYS', value: '' }] },
      children: [{ ...use, children: [] }],
    },
  });
  const { processes } = await importProcesses(catalogue, { text, file: 'by-name.json' });
  const plan = await createPlan(catalogue, { plugin: 'org.old' });
  const entry = await findEntry(catalogue, plan.id, processes[0]!.id);
  const { before, after } = await previewEntry(catalogue, actor, plan.id, entry);
  expect(before.rootActivity.children![0]).toMatchObject({ pluginName: 'org.old', pluginVersion: 1 });
  expect(after?.rootActivity.children?.[0]).toMatchObject({ pluginName: 'org.new', pluginVersion: 2 });
});
