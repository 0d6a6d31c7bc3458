import { describe, expect, it } from 'vitest';
import { parseLifecycleXml, parsePluginXml } from '../../plugin/index.ts';
import { openStore } from '../../store/index.ts';
import {
  applyPlan,
  type Catalogue,
  createPlan,
  forgetPlugin,
  getPlan,
  importProcesses,
  openCatalogue,
  pluginUsage,
  redoPlan,
  showProcess,
  undoPlan,
} from '../index.ts';
import { registerPlugin } from '../testing/register-plugin.ts';

interface Version {
  readonly id: string;
  readonly version: number;
  readonly name?: string;
  readonly successor?: string;
  readonly steps?: readonly string[];
}

async function install(catalogue: Catalogue, { id, version, name = id, successor, steps = ['Do'] }: Version) {
  const plain = parsePluginXml(
    `<plugin xmlns="http://www.urbancode.com/PluginXMLSchema_v1"><header><identifier id="${id}" name="${name}" version="${version}"/></header>
${steps.map((step) => `<step-type name="${step}"><properties><property name="a"><property-ui type="textBox"/></property></properties><command program="sh"/></step-type>`).join('')}</plugin>`,
    'plugin.xml',
  ).definition;
  const xml = `<lifecycle xmlns="urn:lockstep:lifecycle:1" successor="${successor}"/>`;
  const definition = successor === undefined ? plain : parseLifecycleXml(xml, 'lifecycle.xml', plain).definition;
  return registerPlugin(catalogue, { definition, digest: `${id} ${version} ${successor}` });
}

const opened = async () => openCatalogue(await openStore(':memory:'), { user: 'ada' });

const document = (name: string, use: Record<string, unknown>) => ({
  ...{ name, description: '', properties: [], propDefs: [] },
  rootActivity: {
    ...{ type: 'graph', name: 'graph', offsets: [], edges: [{ to: 'A', type: 'ALWAYS', value: '' }] },
    children: [{ type: 'plugin', name: 'A', commandName: 'Do', properties: { a: name }, children: [], ...use }],
  },
});

async function bring(catalogue: Catalogue, name: string, use: Record<string, unknown>) {
  await importProcesses(catalogue, { text: JSON.stringify(document(name, use)), file: `${name}.json` });
}

const useOf = async (catalogue: Catalogue, name: string) =>
  (await showProcess(catalogue, name)).document.rootActivity.children![0]!;

describe('a plan to a successor', () => {
  it('[SUCC-1] that lifecycle.xml names: planned, applied and undone as one; the old plugin may go then', async () => {
    const catalogue = await opened();
    await install(catalogue, { id: 'org.old', version: 7 });
    await bring(catalogue, 'By id', { pluginId: 'org.old', pluginName: 'org.old', pluginVersion: 6 });
    await bring(catalogue, 'By name', { pluginName: 'org.old', pluginVersion: '7' });
    await bring(catalogue, 'Other', { pluginName: 'org.new', pluginVersion: 1 });
    await install(catalogue, { id: 'org.old', version: 8, successor: 'org.new' });
    await install(catalogue, { id: 'org.new', version: 2 });
    const plan = await createPlan(catalogue, { plugin: 'org.old' });
    expect(plan).toMatchObject({
      plugin: { id: 'org.new' },
      succeeds: { id: 'org.old' },
      from: [6, 7],
      to: 2,
      totals: { processes: 2, uses: 2, carried: 2, questions: 0 },
    });
    expect((await createPlan(catalogue, { plugin: 'org.old', fullScan: true })).totals).toEqual(plan.totals);
    expect(await applyPlan(catalogue, plan.id)).toMatchObject({ applied: 2, stillBelow: 0 });
    expect(await useOf(catalogue, 'By id')).toMatchObject({ pluginId: 'org.new', pluginVersion: 2 });
    expect(await useOf(catalogue, 'By name')).toMatchObject({ pluginName: 'org.new', pluginVersion: '2' });
    expect(await pluginUsage(catalogue, 'org.old')).toMatchObject({ processCount: 0 });
    await forgetPlugin(catalogue, 'org.old');
    await expect(undoPlan(catalogue, plan.id)).rejects.toMatchObject({
      code: 'plugin-not-found',
      message: 'org.old (org.old) was uninstalled since.',
    });
    await install(catalogue, { id: 'org.old', version: 8, successor: 'org.new' });
    expect(await undoPlan(catalogue, plan.id)).toMatchObject({ restored: 2, plan: { state: 'undone' } });
    expect(await useOf(catalogue, 'By name')).toMatchObject({ pluginName: 'org.old', pluginVersion: '7' });
    // the successor stays where it was
    expect((await redoPlan(catalogue, plan.id)).succeeds).toEqual({ id: 'org.old', name: 'org.old' });
  });

  it('[SUCC-1] that somebody names: of a plugin that is there, and of one that never was', async () => {
    const catalogue = await opened();
    await install(catalogue, { id: 'org.new', version: 2 });
    await bring(catalogue, 'Stray', { pluginId: 'org.lost', pluginVersion: 3 });
    const plan = await createPlan(catalogue, { plugin: 'org.lost', successor: 'org.new' });
    await applyPlan(catalogue, plan.id);
    expect(await useOf(catalogue, 'Stray')).toMatchObject({ pluginId: 'org.new', pluginVersion: 2 });
    await undoPlan(catalogue, plan.id);
    expect(await useOf(catalogue, 'Stray')).toMatchObject({ pluginId: 'org.lost', pluginVersion: 3 });
    const unknown = createPlan(catalogue, { plugin: 'org.nobody', successor: 'org.new' });
    await expect(unknown).rejects.toMatchObject({ code: 'plugin-not-found' });
    const itself = createPlan(catalogue, { plugin: 'org.new', successor: 'org.new' });
    await expect(itself).rejects.toMatchObject({ code: 'successor-not-valid' });
  });

  it('[SUCC-1] follows a chain, refuses a circle, and says of a successor that is not here', async () => {
    const catalogue = await opened();
    await install(catalogue, { id: 'org.a', version: 1, successor: 'org.b' });
    await bring(catalogue, 'Uses a', { pluginId: 'org.a', pluginVersion: 0 });
    const alone = await createPlan(catalogue, { plugin: 'org.a' });
    expect(alone.succeeds).toBeUndefined();
    expect(alone.problems.map(({ code }) => code)).toContain('successor-not-installed');
    await install(catalogue, { id: 'org.b', version: 1, successor: 'org.c' });
    await install(catalogue, { id: 'org.c', version: 1 });
    const plan = await createPlan(catalogue, { plugin: 'org.a' });
    expect(plan).toMatchObject({ plugin: { id: 'org.c' }, options: { predecessors: ['org.a', 'org.b'] } });
    expect((await getPlan(catalogue, plan.id)).processes[0]?.uses[0]).toMatchObject({
      from: { plugin: 'org.a', version: 0 },
      to: { version: 1 },
    });
    const kept = await createPlan(catalogue, { plugin: 'org.a', to: 1 });
    expect(kept.problems.map(({ code }) => code)).toContain('successor-named');
    await install(catalogue, { id: 'org.c', version: 2, successor: 'org.a' });
    await expect(createPlan(catalogue, { plugin: 'org.a' })).rejects.toMatchObject({
      code: 'successor-not-valid',
      message: 'The successors lead back: org.a → org.b → org.c → org.a.',
    });
    const stays = await createPlan(catalogue, { plugin: 'org.c', to: 2 });
    expect(stays).toMatchObject({ plugin: { id: 'org.c' }, to: 2, problems: [{ code: 'successor-named' }] });
  });

  it('[SUCC-4] may bear the display name of the plugin that names it, and of no other', async () => {
    const catalogue = await opened();
    await install(catalogue, { id: 'org.old', version: 1, name: 'Nice Tool' });
    const named = { pluginName: 'Nice Tool', pluginVersion: 1 };
    await bring(catalogue, 'Uses nice', named);
    const successor = { id: 'org.new', version: 2, name: 'Nice Tool' };
    await expect(install(catalogue, successor)).rejects.toMatchObject({ code: 'plugin-conflict' });
    await install(catalogue, { id: 'org.old', version: 2, name: 'Nice Tool', successor: 'org.new' });
    await install(catalogue, { ...successor, version: 3 });
    const plan = await createPlan(catalogue, { plugin: 'org.old' });
    await applyPlan(catalogue, plan.id);
    expect(await useOf(catalogue, 'Uses nice')).toMatchObject({ pluginId: 'org.new', pluginVersion: 3 });
    await undoPlan(catalogue, plan.id);
    expect(await useOf(catalogue, 'Uses nice')).toMatchObject(named);
    expect(await useOf(catalogue, 'Uses nice')).not.toHaveProperty('pluginId');
    await expect(install(catalogue, { ...successor, id: 'org.third' })).rejects.toMatchObject({
      code: 'plugin-conflict',
    });
  });
});
