import { describe, expect, it } from 'vitest';
import { parsePluginXml } from '../plugin/index.ts';
import { listUses, type ProcessDocument } from '../process/index.ts';
import { openStore } from '../store/index.ts';
import {
  applyPlan,
  createPlan,
  createSnapshot,
  findProcess,
  importProcesses,
  labelProcess,
  listProcesses,
  listUnresolved,
  openCatalogue,
  secretsIn,
  showPlugin,
  showProcess,
  showSnapshot,
  whereUsed,
} from './index.ts';
import { registerPlugin } from './testing/register-plugin.ts';

const apart = (text: string): string => text.normalize('NFD');

const definitionOf = (version: number) =>
  parsePluginXml(
    `<plugin xmlns="http://www.urbancode.com/PluginXMLSchema_v1"><header><identifier id="org.groesse" name="Größe" version="${version}"/></header>
<step-type name="Prüfen"><properties><property name="Länge"><property-ui type="textBox"/></property><property name="Schlüssel"><property-ui type="secureBox"/></property></properties><command program="sh"/></step-type></plugin>`,
    'plugin.xml',
  ).definition;

const document: ProcessDocument = {
  name: 'Café',
  rootActivity: {
    ...{ type: 'graph', name: 'graph', offsets: [], edges: [{ to: 'A', type: 'ALWAYS', value: '' }] },
    children: [
      {
        ...{ type: 'plugin', name: 'A', pluginName: 'Größe', pluginVersion: 1, commandName: 'Prüfen' },
        ...{ properties: { Länge: '5', Schlüssel: 's3' }, children: [] },
      },
    ],
  },
};
const component = apart(JSON.stringify({ name: 'Théâtre', components: undefined, processes: [document] }));

describe('[PROP-8] names whose letters and marks are apart', () => {
  it('are the same names: of processes, owners, plugins, step types, properties, labels and snapshots', async () => {
    const catalogue = openCatalogue(await openStore(':memory:'), { user: 'ada' });
    for (const version of [1, 2])
      await registerPlugin(catalogue, { definition: definitionOf(version), digest: `digest ${version}` });
    await importProcesses(catalogue, { text: component, file: 'apart.json' });
    const { id } = await findProcess(catalogue, 'Café');
    expect((await findProcess(catalogue, 'Théâtre/Café')).id).toBe(id);
    const again = await importProcesses(catalogue, { text: component.normalize('NFC'), file: 'composed.json' });
    expect(again.processes.map((one) => [one.id, one.version])).toEqual([[id, 2]]);
    await importProcesses(catalogue, { text: component, file: 'apart.json' });

    expect((await showPlugin(catalogue, apart('Größe'))).id).toBe('org.groesse');
    expect(await listUnresolved(catalogue)).toEqual([]);
    for (const query of [{ plugin: 'Größe' }, { plugin: 'org.groesse', stepType: 'Prüfen' }, { property: 'Länge' }])
      expect(await whereUsed(catalogue, query)).toHaveLength(1);
    expect((await listProcesses(catalogue, { search: 'théâ', plugin: 'org.groesse', stepType: 'Prüfen' })).total).toBe(
      1,
    );

    const { document: stored } = await showProcess(catalogue, 'Café');
    const { ofUse: isSecret } = await secretsIn(catalogue.store.db, [stored]);
    expect(Object.keys(listUses(stored)[0]!.properties).map((name) => isSecret(listUses(stored)[0]!, name))).toEqual([
      false,
      true,
    ]);

    const plan = await createPlan(catalogue, { plugin: 'Größe' });
    expect(plan.totals).toMatchObject({ processes: 1, uses: 1, carried: 1 });
    expect((await createPlan(catalogue, { plugin: apart('Größe'), fullScan: true })).totals).toEqual(plan.totals);
    expect(await applyPlan(catalogue, plan.id)).toMatchObject({ applied: 1, stillBelow: 0 });

    await labelProcess(catalogue, id, [apart('früh'), 'früh']);
    expect((await listProcesses(catalogue, { label: 'früh' })).processes.map(({ labels }) => labels)).toEqual([
      ['früh'],
    ]);
    await createSnapshot(catalogue, { name: apart('März') });
    expect((await showSnapshot(catalogue, 'März')).pinned).toHaveLength(1);
    await expect(createSnapshot(catalogue, { name: 'März' })).rejects.toMatchObject({ code: 'snapshot-exists' });
    await catalogue.store.close();
  });
});
