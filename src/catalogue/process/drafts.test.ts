import { describe, expect, it } from 'vitest';
import { databases } from '../../../test/databases.ts';
import { fleetPlugin, fleetProcess, fleetVersion } from '../../../test/fleet.ts';
import {
  applyPlan,
  type Catalogue,
  createPlan,
  createProcess,
  createSnapshot,
  exportProcesses,
  findProcess,
  getPlan,
  importProcesses,
  listProcesses,
  openCatalogue,
  saveProcess,
  showProcess,
  showSnapshot,
  undoPlan,
  whereUsed,
} from '../index.ts';
import { registerPlugin } from '../testing/register-plugin.ts';

const site = fleetProcess(1);
const draft = { ...fleetProcess(1), draft: true, description: 'not yet' };
const shop = `${JSON.stringify({ name: 'Shop', processes: [site, draft] }, null, 2)}\n`;

describe.each(databases())('a draft in a catalogue on $name', ({ open }) => {
  const catalogueWith = async (...versions: (1 | 2)[]): Promise<Catalogue> => {
    const catalogue = openCatalogue(await open(), { user: 'ada' });
    for (const version of versions)
      await registerPlugin(catalogue, { ...fleetVersion(version), digest: `digest ${version}` });
    return catalogue;
  };
  const held = async (catalogue: Catalogue) =>
    (await listProcesses(catalogue, { limit: null })).processes.map(({ name, draft, version }) => [
      name,
      draft,
      version,
    ]);

  it('stays beside its process, whichever came first, and gets versions of its own', async () => {
    const catalogue = await catalogueWith();
    const bring = async (...documents: object[]) => {
      for (const one of documents) await importProcesses(catalogue, { text: JSON.stringify(one), file: 'p.json' });
    };
    await bring(draft);
    await expect(findProcess(catalogue, site.name)).rejects.toMatchObject({
      code: 'process-not-found',
      hint: `Name the draft: "${site.name} (draft)".`,
    });
    await bring(site, { ...draft, description: 'nearly' }, draft, site);
    expect(await held(catalogue)).toEqual([
      [`${site.name} (draft)`, true, 3],
      [site.name, false, 1],
    ]);
    expect((await showProcess(catalogue, site.name)).document).toEqual(site);
    expect((await showProcess(catalogue, `${site.name} (draft)`)).document).toEqual(draft);
  });

  it('comes out of an export as it came in, with its process and without', async () => {
    const catalogue = await catalogueWith();
    await importProcesses(catalogue, { text: shop, file: 'shop.json' });
    expect((await exportProcesses(catalogue, { hide: null })).text).toBe(shop);
    const name = `Shop/${site.name}`;
    const alone = async (named: string) =>
      JSON.parse((await exportProcesses(catalogue, { processes: [named], hide: null })).text).processes;
    expect([await alone(name), await alone(`${name} (draft)`)]).toEqual([[site], [draft]]);
    await createProcess(catalogue, { kind: 'generic', owner: null, document: { ...draft, name: 'Alone' } });
    const second = await catalogueWith();
    const { text } = await exportProcesses(catalogue, { hide: null });
    await importProcesses(second, { text, file: 'all.json' });
    expect((await held(second)).sort()).toEqual((await held(catalogue)).sort());
  });

  it('is planned, carried and taken back like a process, and its name says what it is', async () => {
    const catalogue = await catalogueWith(1, 2);
    await importProcesses(catalogue, { text: shop, file: 'shop.json' });
    const { id } = await createPlan(catalogue, { plugin: fleetPlugin.id, to: 2 });
    const plan = await getPlan(catalogue, id);
    expect(plan.processes.map(({ process }) => process.name)).toEqual([site.name, `${site.name} (draft)`]);
    await applyPlan(catalogue, id);
    const carried = await whereUsed(catalogue, { plugin: fleetPlugin.id, version: 2 });
    expect(carried.map(({ name, version }) => [name, version])).toEqual([
      [site.name, 2],
      [`${site.name} (draft)`, 2],
    ]);
    expect((await showProcess(catalogue, `${site.name} (draft)`)).document['draft']).toBe(true);
    await undoPlan(catalogue, id);
    expect((await exportProcesses(catalogue, { hide: null })).text).toBe(shop);
  });

  it('is promoted by a save without its mark, and a process gets one by a save with it', async () => {
    const catalogue = await catalogueWith(1);
    await importProcesses(catalogue, { text: shop, file: 'shop.json' });
    const before = await showProcess(catalogue, `${site.name} (draft)`);
    const { draft: _mark, ...promoted } = draft;
    const saved = await saveProcess(catalogue, { id: before.id, expectedVersion: 1, document: promoted });
    expect([saved.name, saved.draft, saved.version]).toEqual([site.name, false, 2]);
    expect(await held(catalogue)).toEqual([[site.name, false, 2]]);
    expect((await whereUsed(catalogue, { plugin: fleetPlugin.id })).map(({ name }) => name)).toEqual([site.name]);
    const again = await saveProcess(catalogue, { id: saved.id, expectedVersion: 2, document: draft });
    expect([again.name, again.draft, again.version]).toEqual([`${site.name} (draft)`, true, 1]);
    expect(await held(catalogue)).toEqual([
      [site.name, false, 2],
      [`${site.name} (draft)`, true, 1],
    ]);
    await expect(createProcess(catalogue, { kind: 'component', owner: 'Shop', document: draft })).rejects.toMatchObject(
      {
        code: 'process-exists',
      },
    );
  });

  it('is pinned by no snapshot', async () => {
    const catalogue = await catalogueWith();
    await importProcesses(catalogue, { text: shop, file: 'shop.json' });
    await createSnapshot(catalogue, { name: 'all' });
    expect((await showSnapshot(catalogue, 'all')).pinned.map(({ name }) => name)).toEqual([site.name]);
    const named = createSnapshot(catalogue, { name: 'one', processes: [`${site.name} (draft)`] });
    await expect(named).rejects.toMatchObject({ code: 'process-is-draft' });
  });
});
