import { describe, expect, it } from 'vitest';
import { databases } from '../../../test/databases.ts';
import { fleetPlugin, fleetProcess, fleetVersion } from '../../../test/fleet.ts';
import {
  applyPlan,
  type Catalogue,
  countPrunable,
  createPlan,
  createSnapshot,
  exportProcesses,
  importProcesses,
  listPlans,
  listVersions,
  openCatalogue,
  prune,
  removeProcess,
  saveProcess,
  showProcess,
  undoPlan,
} from '../index.ts';
import { listActivity } from '../testing/list-activity.ts';
import { registerPlugin } from '../testing/register-plugin.ts';

describe.each(databases())('pruning on $name', ({ open }) => {
  const at = (day: number) => `2030-01-${String(day).padStart(2, '0')}T00:00:00.000Z`;
  let day = 1;
  /** Three processes of version 1, and version 2 to upgrade to. */
  const filled = async (): Promise<{ catalogue: Catalogue; ids: readonly string[] }> => {
    day = 1;
    const catalogue = openCatalogue(await open(), { user: 'ada', now: () => at(day) });
    for (const version of [1, 2] as const) {
      await registerPlugin(catalogue, { ...fleetVersion(version), digest: `digest ${version}` });
    }
    const fleet = Array.from({ length: 3 }, (_, index) => fleetProcess(index + 1));
    const { processes } = await importProcesses(catalogue, { text: JSON.stringify(fleet), file: 'fleet.json' });
    return { catalogue, ids: processes.map(({ id }) => id) };
  };
  const edit = async (catalogue: Catalogue, id: string, description: string): Promise<void> => {
    const { document, version } = await showProcess(catalogue, id);
    await saveProcess(catalogue, { id, expectedVersion: version, document: { ...document, description } });
  };
  const versions = async (catalogue: Catalogue, id: string): Promise<number[]> =>
    (await listVersions(catalogue, id)).map(({ version }) => version).sort((a, b) => a - b);

  it('takes former versions that another one replaced before the border, and no others', async () => {
    const { catalogue, ids } = await filled();
    const [id = ''] = ids;
    for (day = 2; day <= 5; day++) await edit(catalogue, id, `as of day ${day}`);
    expect(await versions(catalogue, id)).toEqual([1, 2, 3, 4, 5]);
    // the second was replaced on day 3, the third on day 4
    expect(await countPrunable(catalogue, 'versions', at(4))).toBe(2);
    expect(await prune(catalogue, 'versions', at(4))).toBe(2);
    expect(await versions(catalogue, id)).toEqual([3, 4, 5]);
    expect(await prune(catalogue, 'versions', at(31))).toBe(2);
    expect(await versions(catalogue, id)).toEqual([5]);
    expect(await prune(catalogue, 'versions', at(31))).toBe(0);
  });

  it('leaves what a snapshot pins, a run executed, and all that an undo compares, which then gives the bytes of before', async () => {
    const { catalogue, ids } = await filled();
    const [pinned = '', ran = '', edited = ''] = ids;
    for (const id of ids) await edit(catalogue, id, 'second');
    await createSnapshot(catalogue, { name: 'as audited', processes: [pinned] });
    await catalogue.store.db
      .insertInto('run')
      .values({
        ...{ run_id: 'r', process_id: Number(ran), process_name: 'x', process_version: 2, status: 'success' },
        ...{ requested_by: 'ada', requested_at: at(1), ended_at: at(1), labels: '[]', revision: 1, events: 0 },
        ...{ steps: 0, steps_done: 0, asking: 0, cancelling: 0, reason: null, state: '{}' },
      })
      .execute();
    for (const id of ids) await edit(catalogue, id, 'third');
    const before = await exportProcesses(catalogue, { hide: null });
    const plan = await createPlan(catalogue, { plugin: fleetPlugin.id });
    await applyPlan(catalogue, plan.id, {});
    for (const kind of ['plans', 'upgrades', 'versions', 'activity'] as const) await prune(catalogue, kind, at(31));
    expect(await Promise.all(ids.map((id) => versions(catalogue, id)))).toEqual([
      [2, 3, 4],
      [2, 3, 4],
      [3, 4],
    ]);
    expect(await undoPlan(catalogue, plan.id)).toMatchObject({ restored: 3, conflicts: [] });
    expect(await exportProcesses(catalogue, { hide: null })).toEqual(before);
    // an undone plan holds nothing any more, and goes with what only it kept
    day = 2;
    expect(await prune(catalogue, 'plans', at(1))).toBe(0);
    expect(await prune(catalogue, 'plans', at(31))).toBe(1);
    await prune(catalogue, 'versions', at(31));
    expect(await versions(catalogue, edited)).toEqual([5]);
    expect(await exportProcesses(catalogue, { hide: null })).toEqual(before);
  });

  it('takes an applied upgrade when no undo can use it any more, and before that only beyond as many as shall stay', async () => {
    const { catalogue, ids } = await filled();
    const upgrade = async (when: number): Promise<string> => {
      day = when;
      const { id } = await createPlan(catalogue, { plugin: fleetPlugin.id });
      await applyPlan(catalogue, id, {});
      return id;
    };
    const first = await upgrade(2);
    day = 3;
    // somebody goes back by hand and upgrades anew: three plans, one applied over the other
    for (const id of ids) {
      const { document, version } = await showProcess(catalogue, id);
      const { document: old } = await showProcess(catalogue, id, 1);
      await saveProcess(catalogue, { id, expectedVersion: version, document: { ...old, name: document.name } });
    }
    const second = await upgrade(4);
    const plans = async () => (await listPlans(catalogue, {})).map(({ id }) => id).sort();
    const upgrades = (before: number, work = {}) => prune(catalogue, 'upgrades', at(before), work);
    expect([await countPrunable(catalogue, 'upgrades', at(31)), await upgrades(31)]).toEqual([0, 0]);
    expect(await countPrunable(catalogue, 'upgrades', at(31), { keepUpgrades: 1 })).toBe(1);
    expect([await upgrades(2, { keepUpgrades: 1 }), await upgrades(31, { keepUpgrades: 2 })]).toEqual([0, 0]);
    expect(await upgrades(31, { keepUpgrades: 1 })).toBe(1);
    expect([await plans(), first === second]).toEqual([[second], false]);
    day = 5;
    for (const id of ids) await removeProcess(catalogue, id);
    // its undo would still move the plugin
    expect(await upgrades(31)).toBe(0);
    await catalogue.store.db.updateTable('plugin').set({ active_version: '1' }).execute();
    expect(await countPrunable(catalogue, 'upgrades', at(31))).toBe(1);
    expect([await upgrades(4), await upgrades(31), await plans()]).toEqual([0, 1, []]);
  });

  it('takes entries of the activity before the border, and stops between two steps where somebody asks for it', async () => {
    const { catalogue, ids } = await filled();
    day = 5;
    await edit(catalogue, ids[0]!, 'later');
    const asked = AbortSignal.abort(new Error('enough'));
    await expect(prune(catalogue, 'activity', at(31), { signal: asked })).rejects.toThrow('enough');
    expect(await prune(catalogue, 'activity', at(5))).toBeGreaterThan(0);
    expect((await listActivity(catalogue)).map(({ at: when }) => when)).toEqual([at(5)]);
  });
});
