// Long: one contract of every rule of doing, run on each database with one server for the file.
import { describe, expect, it } from 'vitest';
import { databases } from '../../test/databases.ts';
import { fleetPlugin, fleetProcess, fleetVersion } from '../../test/fleet.ts';
import { formatDocument, type ProcessDocument } from '../process/index.ts';
import type { Store } from '../store/index.ts';
import {
  applyPlan,
  type Catalogue,
  createPlan,
  createProcess,
  createSnapshot,
  diffVersions,
  exportProcesses,
  findProcess,
  forgetPlugin,
  getPlan,
  importProcesses,
  listPlans,
  listPlugins,
  listProcesses,
  listSnapshots,
  listUnresolved,
  listVersions,
  openCatalogue,
  pluginUsage,
  redoPlan,
  saveProcess,
  showPlan,
  showProcess,
  showSnapshot,
  undoOutcome,
  undoPlan,
  undoPreview,
  whereUsed,
} from './index.ts';
import { listActivity } from './testing/list-activity.ts';
import { registerPlugin } from './testing/register-plugin.ts';
import { resumePlan } from './testing/resume-plan.ts';

describe.each(databases())('a catalogue on $name', ({ open }) => {
  const catalogueWith = async (...versions: (1 | 2 | 3)[]): Promise<Catalogue> => {
    let minute = 0;
    const now = (): string => new Date(Date.UTC(2030, 0, 1, 0, minute++)).toISOString();
    const catalogue = openCatalogue(await open(), { user: 'ada', now });
    for (const version of versions) await install(catalogue, version);
    return catalogue;
  };

  describe('processes', () => {
    it('come out of an export byte for byte as they went in', async () => {
      const catalogue = await catalogueWith(1);
      const text = `${JSON.stringify({ name: 'Shop', processes: [fleetProcess(1), fleetProcess(2)], tags: [] }, null, 4)}\n`;
      const { processes } = await importProcesses(catalogue, { text, file: 'shop.json' });
      expect(processes.map(({ outcome, kind, owner }) => ({ outcome, kind, owner }))).toEqual([
        { outcome: 'added', kind: 'component', owner: 'Shop' },
        { outcome: 'added', kind: 'component', owner: 'Shop' },
      ]);
      expect((await exportProcesses(catalogue, { hide: null })).text).toBe(text);
      const one = JSON.parse((await exportProcesses(catalogue, { hide: null, processes: ['Roll out site 2'] })).text);
      expect(one).toEqual({ name: 'Shop', processes: [fleetProcess(2)], tags: [] });
    });

    it('get a new version by an import only if they changed', async () => {
      const catalogue = await catalogueWith(1);
      await importFleet(catalogue, 2);
      const changed = { ...fleetProcess(2), description: 'other' };
      const { processes } = await importProcesses(catalogue, {
        text: JSON.stringify([fleetProcess(1), changed]),
        file: 'fleet.json',
      });
      expect(processes.map(({ name, version, outcome }) => [name, version, outcome])).toEqual([
        ['Roll out site 1', 1, 'unchanged'],
        ['Roll out site 2', 2, 'changed'],
      ]);
      const { difference } = await diffVersions(catalogue, 'Roll out site 2');
      expect(difference.fields.map(({ field }) => field)).toEqual(['description']);
    });

    it('whose plugin is unknown are imported and listed as unresolved', async () => {
      const catalogue = await catalogueWith(2);
      const { unresolved } = await importFleet(catalogue, 1);
      expect(unresolved).toEqual(await listUnresolved(catalogue));
      expect(unresolved.map(({ pluginName, version, missing }) => ({ pluginName, version, missing }))).toEqual([
        { pluginName: 'Chat', version: 4, missing: 'plugin' },
        { pluginName: 'Fleet Tools', version: 1, missing: 'version' },
      ]);
    });

    it('are saved only over the version that was read [DO-4]', async () => {
      const catalogue = await catalogueWith(1);
      await importFleet(catalogue, 1);
      const { id, version, document } = await showProcess(catalogue, 'Roll out site 1');
      const edited = { ...document, description: 'mine' };
      await saveProcess(catalogue, { id, expectedVersion: version, document: edited });
      const late = saveProcess(catalogue, {
        id,
        expectedVersion: version,
        document: { ...document, description: 'yours' },
      });
      await expect(late).rejects.toMatchObject({ code: 'process-edited' });
      expect((await saveProcess(catalogue, { id, expectedVersion: 2, document: edited })).outcome).toBe('unchanged');
      expect((await listVersions(catalogue, id)).map(({ version: v, reason, by }) => [v, reason, by])).toEqual([
        [2, 'edited', 'ada'],
        [1, 'imported', 'ada'],
      ]);
    });

    it('keep what was said when they were made and saved', async () => {
      const catalogue = await catalogueWith(1);
      const document = { name: 'Explained', rootActivity: { type: 'graph', name: 'graph' } };
      const { id } = await createProcess(catalogue, {
        kind: 'generic',
        owner: null,
        document,
        why: ' for the branch ',
      });
      const next = { ...document, description: 'longer' };
      await saveProcess(catalogue, { id, expectedVersion: 1, document: next, why: 'asked by the desk' });
      await saveProcess(catalogue, { id, expectedVersion: 2, document, why: ' ' });
      expect((await listVersions(catalogue, id)).map(({ version, why }) => [version, why])).toEqual([
        [3, null],
        [2, 'asked by the desk'],
        [1, 'for the branch'],
      ]);
    });

    it('are found by name, by owner/name and by id, and an ambiguous name lists its owners', async () => {
      const catalogue = await catalogueWith();
      const document = fleetProcess(1);
      const a = await createProcess(catalogue, { kind: 'component', owner: 'A', document });
      const b = await createProcess(catalogue, { kind: 'component', owner: 'B', document });
      await expect(findProcess(catalogue, document.name)).rejects.toMatchObject({ code: 'process-ambiguous' });
      expect((await findProcess(catalogue, `B/${document.name}`)).id).toBe(b.id);
      expect((await findProcess(catalogue, a.id)).owner).toBe('A');
      await expect(findProcess(catalogue, 'nobody')).rejects.toMatchObject({ code: 'process-not-found' });
      await expect(createProcess(catalogue, { kind: 'component', owner: 'A', document })).rejects.toMatchObject({
        code: 'process-exists',
      });
    });

    it('are found where a plugin, a step type, a version or a property is used', async () => {
      const catalogue = await catalogueWith(1, 2);
      await importFleet(catalogue, 2);
      await importProcesses(catalogue, { text: JSON.stringify(fleetProcess(3, 2)), file: '3.json' });
      const names = async (query: Parameters<typeof whereUsed>[1]) =>
        (await whereUsed(catalogue, query)).map(({ name, uses }) => [name.slice(-1), uses.length]);
      expect(await names({ plugin: fleetPlugin.id })).toEqual([
        ['1', 3],
        ['2', 3],
        ['3', 3],
      ]);
      expect(await names({ plugin: 'Fleet Tools', version: 2 })).toEqual([['3', 3]]);
      expect(await names({ stepType: 'Copy' })).toEqual([
        ['1', 2],
        ['2', 2],
      ]);
      expect(await names({ plugin: fleetPlugin.id, property: 'destination' })).toEqual([['3', 2]]);
      const listed = await listProcesses(catalogue, { plugin: fleetPlugin.id, version: 1, search: 'SITE 2' });
      expect(listed.processes.map(({ name }) => name)).toEqual(['Roll out site 2']);
    });
  });

  describe('plugins', () => {
    it('loaded again at the same version replace their files, change no process and are advised to raise it [DO-1]', async () => {
      const catalogue = await catalogueWith(1);
      await importFleet(catalogue, 1);
      const again = await registerPlugin(catalogue, { ...fleetVersion(1), digest: 'other scripts' });
      expect(again).toMatchObject({ outcome: 'replaced', active: true, notes: [{ code: 'version-not-raised' }] });
      expect((await listVersions(catalogue, 'Roll out site 1')).length).toBe(1);
      const same = await registerPlugin(catalogue, { ...fleetVersion(1), digest: 'other scripts' });
      expect(same.outcome).toBe('unchanged');
    });

    it('with other step types under the same version are refused, unless the server is forced [DO-1]', async () => {
      const catalogue = await catalogueWith(1);
      const definition = { ...fleetVersion(2).definition, version: 1 };
      const refused = registerPlugin(catalogue, { definition, digest: 'x' });
      await expect(refused).rejects.toMatchObject({ code: 'plugin-conflict' });
      expect((await registerPlugin(catalogue, { definition, digest: 'x', force: true })).outcome).toBe('replaced');
    });

    it('of a lower version are refused, or kept side by side where that is asked for [DO-7]', async () => {
      const catalogue = await catalogueWith(2);
      await expect(install(catalogue, 1)).rejects.toMatchObject({ code: 'plugin-lower-version', exitCode: 4 });
      const beside = await registerPlugin(catalogue, { ...fleetVersion(1), digest: 'd1', sideBySide: true });
      expect(beside).toMatchObject({ outcome: 'installed', active: false });
      const [plugin] = await listPlugins(catalogue);
      expect(plugin?.versions.map(({ version, state }) => [version, state])).toEqual([
        ['2', 'active'],
        ['1', 'side-by-side'],
      ]);
    });

    it('of the same id and different names, or the same name and different ids, are a conflict', async () => {
      const catalogue = await catalogueWith(1);
      const { definition, upgradeFile } = fleetVersion(2);
      const other = registerPlugin(catalogue, {
        definition: { ...definition, name: 'Else' },
        upgradeFile,
        digest: 'e',
      });
      await expect(other).rejects.toMatchObject({ code: 'plugin-conflict' });
      const twin = registerPlugin(catalogue, { definition: { ...definition, id: 'org.example.twin' }, digest: 't' });
      await expect(twin).rejects.toMatchObject({ code: 'plugin-conflict' });
      const spaced = { ...definition, name: 'FleetTools' };
      expect((await registerPlugin(catalogue, { definition: spaced, upgradeFile, digest: 's' })).active).toBe(true);
    });

    it('of a higher version are active at once and migrate nothing', async () => {
      const catalogue = await catalogueWith(1);
      await importFleet(catalogue, 1);
      expect(await install(catalogue, 2)).toMatchObject({ active: true, formerVersion: '1' });
      expect((await showProcess(catalogue, 'Roll out site 1')).uses.map(({ pluginVersion }) => pluginVersion)).toEqual([
        1, 1, 1, 4,
      ]);
    });

    it('stay installed while processes or snapshots use them [DO-2]', async () => {
      const catalogue = await catalogueWith(1);
      await importFleet(catalogue, 2);
      await createSnapshot(catalogue, { name: 'before', processes: ['Roll out site 1'] });
      await install(catalogue, 2);
      const plan = await createPlan(catalogue, { plugin: fleetPlugin.id });
      await applyPlan(catalogue, plan.id);
      const usage = await pluginUsage(catalogue, fleetPlugin.id, '1');
      expect(usage).toMatchObject({ processCount: 0, snapshots: [{ name: 'before', version: 1 }] });
      await expect(forgetPlugin(catalogue, fleetPlugin.id, { version: '1' })).rejects.toMatchObject({
        code: 'plugin-in-use',
      });
      await expect(forgetPlugin(catalogue, fleetPlugin.id)).rejects.toThrow('2 processes');
      await forgetPlugin(catalogue, fleetPlugin.id, { version: '1', force: true });
    });
  });

  describe('a plan', () => {
    it('is stored, changes nothing, and is found by the index exactly as by a full scan [SCOPE-3]', async () => {
      const catalogue = await catalogueWith(1, 2, 3);
      await importFleet(catalogue, 7);
      await importProcesses(catalogue, {
        text: JSON.stringify([fleetProcess(8, 2), fleetProcess(9, 1, 'Other')]),
        file: 'x',
      });
      const before = await exportProcesses(catalogue, { hide: null });
      const indexed = await createPlan(catalogue, { plugin: fleetPlugin.id });
      const scanned = await createPlan(catalogue, { plugin: fleetPlugin.id, fullScan: true });
      const withoutId = async (id: string) => {
        const { id: _id, createdAt: _at, ...plan } = await getPlan(catalogue, id);
        return plan;
      };
      expect(await withoutId(indexed.id)).toEqual(await withoutId(scanned.id));
      expect(indexed).toMatchObject({ state: 'planned', from: [1, 2], to: 3, totals: { processes: 8, uses: 24 } });
      expect(await exportProcesses(catalogue, { hide: null })).toEqual(before);
      expect((await listPlans(catalogue)).map(({ id }) => id)).toEqual([scanned.id, indexed.id]);
    });

    it('applied gives each changed process exactly one version with who, when, why and which plan [DO-2]', async () => {
      const catalogue = await catalogueWith(1, 2, 3);
      await importFleet(catalogue, 5);
      await importProcesses(catalogue, { text: JSON.stringify(fleetProcess(9, 1, 'Other')), file: 'other.json' });
      await createSnapshot(catalogue, { name: 'before' });
      const plan = await createPlan(catalogue, { plugin: fleetPlugin.id });
      const result = await applyPlan(catalogue, plan.id, { chunkSize: 2 });
      expect(result).toMatchObject({ applied: 5, skipped: 0, remaining: 0, stillBelow: 0, plan: { state: 'applied' } });
      expect(await listVersions(catalogue, 'Roll out site 3')).toMatchObject([
        { version: 2, reason: 'upgraded', by: 'ada', plan: plan.id },
        { version: 1, reason: 'imported', plan: null },
      ]);
      expect((await listVersions(catalogue, 'Roll out site 9')).length).toBe(1);
      const { uses } = await showProcess(catalogue, 'Roll out site 1');
      expect(uses[0]).toMatchObject({
        stepType: 'Copy Files',
        pluginVersion: 3,
        properties: { source: '/packages/1.tar.gz', destination: '/srv/site-1', mode: 'safe', retries: '3' },
      });
      const snapshot = await showSnapshot(catalogue, 'before');
      expect(snapshot.pinned.every(({ version }) => version === 1)).toBe(true);
      expect((await listSnapshots(catalogue))[0]).toMatchObject({ name: 'before', processes: 6 });
      await expectIndexRight(catalogue);
    });

    it('applied twice changes nothing the second time [DO-5]', async () => {
      const catalogue = await catalogueWith(1, 2);
      await importFleet(catalogue, 3);
      const plan = await createPlan(catalogue, { plugin: fleetPlugin.id });
      await applyPlan(catalogue, plan.id);
      const before = await allVersions(catalogue.store);
      expect(await applyPlan(catalogue, plan.id)).toMatchObject({
        applied: 0,
        remaining: 0,
        plan: { state: 'applied' },
      });
      expect(await allVersions(catalogue.store)).toEqual(before);
    });

    it('stopped between two chunks leaves every process wholly old or new, and is resumed [DO-3]', async () => {
      const catalogue = await catalogueWith(1, 2);
      await importFleet(catalogue, 6);
      const plan = await createPlan(catalogue, { plugin: fleetPlugin.id });
      const stop = new AbortController();
      const stopped = applyPlan(catalogue, plan.id, {
        chunkSize: 2,
        signal: stop.signal,
        onProgress: ({ done }) => done === 4 && stop.abort(new Error('enough')),
      });
      await expect(stopped).rejects.toThrow('enough');
      const versions = (await listProcesses(catalogue)).processes.map(({ version }) => version);
      expect(versions).toEqual([2, 2, 2, 2, 1, 1]);
      expect((await showPlan(catalogue, plan.id)).state).toBe('applying');
      const resumed = await resumePlan(catalogue, plan.id);
      expect(resumed).toMatchObject({ direction: 'apply', result: { applied: 2, plan: { state: 'applied' } } });
      await expectIndexRight(catalogue);
    });

    it('plans a process again that was edited meanwhile, keeps the edit and reports it [DO-4]', async () => {
      const catalogue = await catalogueWith(1, 2);
      await importFleet(catalogue, 3);
      const plan = await createPlan(catalogue, { plugin: fleetPlugin.id });
      const { id, document } = await showProcess(catalogue, 'Roll out site 2');
      await saveProcess(catalogue, { id, expectedVersion: 1, document: withValue(document, 0, 'source', '/edited') });
      const result = await applyPlan(catalogue, plan.id);
      expect(result).toMatchObject({ applied: 3, replanned: [{ id, planned: 1, found: 2 }] });
      expect((await showProcess(catalogue, id)).uses[0]).toMatchObject({
        pluginVersion: 2,
        properties: { source: '/edited', destination: '/srv/site-2' },
      });
      expect((await listVersions(catalogue, id)).map(({ reason }) => reason)).toEqual([
        'upgraded',
        'edited',
        'imported',
      ]);
    });

    it('whose target was replaced since has to be made again', async () => {
      const catalogue = await catalogueWith(1, 2);
      await importFleet(catalogue, 1);
      const plan = await createPlan(catalogue, { plugin: fleetPlugin.id });
      await registerPlugin(catalogue, { ...fleetVersion(2), digest: 'other' });
      await expect(applyPlan(catalogue, plan.id)).rejects.toMatchObject({ code: 'plan-state' });
    });

    it('undone gives every process the bytes it had and makes the former version active [DO-6]', async () => {
      const catalogue = await catalogueWith(1, 3);
      await importFleet(catalogue, 5);
      const before = await exportProcesses(catalogue, { hide: null });
      const plan = await createPlan(catalogue, { plugin: fleetPlugin.id });
      await applyPlan(catalogue, plan.id);
      expect((await listPlugins(catalogue))[0]?.activeVersion).toBe('3');
      const undone = await undoPlan(catalogue, plan.id, { chunkSize: 2 });
      expect(undone).toMatchObject({ restored: 5, merged: [], conflicts: [], plan: { state: 'undone' } });
      expect(await exportProcesses(catalogue, { hide: null })).toEqual(before);
      expect((await listPlugins(catalogue))[0]?.activeVersion).toBe('1');
      expect(await undoPlan(catalogue, plan.id)).toMatchObject({ restored: 0 });
      await expect(applyPlan(catalogue, plan.id)).rejects.toMatchObject({ code: 'plan-state' });
      await expectIndexRight(catalogue);

      const again = await redoPlan(catalogue, plan.id);
      expect(await applyPlan(catalogue, again.id)).toMatchObject({ applied: 5, plan: { state: 'applied' } });
      expect(
        (await listActivity(catalogue)).map(({ action }) => action).filter((it) => it.startsWith('upgrade.')),
      ).toEqual([
        'upgrade.applied',
        'upgrade.applying',
        'upgrade.planned',
        'upgrade.undone',
        'upgrade.undoing',
        'upgrade.applied',
        'upgrade.applying',
        'upgrade.planned',
      ]);
    });

    it('undone keeps what was edited since, and asks where it cannot [DO-6]', async () => {
      const catalogue = await catalogueWith(1, 2);
      await importFleet(catalogue, 2);
      const plan = await createPlan(catalogue, { plugin: fleetPlugin.id });
      await applyPlan(catalogue, plan.id);
      const first = await showProcess(catalogue, 'Roll out site 1');
      const described = { ...first.document, description: 'edited after the upgrade' };
      const { rootActivity } = described;
      const copied = { ...rootActivity.children!.find(({ type }) => type === 'plugin')!, name: 'Copied since' };
      const added = { ...described, rootActivity: { ...rootActivity, children: [...rootActivity.children!, copied] } };
      await saveProcess(catalogue, { id: first.id, expectedVersion: 2, document: added });
      const second = await showProcess(catalogue, 'Roll out site 2');
      const moved = withValue(second.document, 0, 'mode', 'never');
      await saveProcess(catalogue, { id: second.id, expectedVersion: 2, document: moved });

      const undone = await undoPlan(catalogue, plan.id);
      expect(undone.merged).toMatchObject([
        { id: first.id, name: 'Roll out site 1', warnings: [{ code: 'stays-at-newer-version' }] },
      ]);
      // whoever did not do it is told the same
      expect(await undoOutcome(catalogue, plan.id)).toMatchObject({ merged: undone.merged, activeAgain: '1' });
      const merged = await showProcess(catalogue, first.id);
      expect(merged.document.description).toBe('edited after the upgrade');
      expect(merged.uses[0]).toMatchObject({ stepType: 'Copy', pluginVersion: 1 });
      expect(undone).toMatchObject({ plan: { state: 'undoing' }, conflicts: [{ id: second.id }] });
      const [question] = undone.conflicts[0]!.questions;
      const answers = Object.fromEntries(
        undone.conflicts[0]!.questions.map(({ id, choices }) => [id, choices[0]!.answer]),
      );
      expect(question?.kind).toBe('merge-conflict');
      expect(await undoPlan(catalogue, plan.id, { answers })).toMatchObject({
        conflicts: [],
        plan: { state: 'undone' },
      });
      await expectIndexRight(catalogue);
    });

    it('undone asks about a value without a place, also when the newer version was uninstalled [DO-6]', async () => {
      const catalogue = await catalogueWith(1, 2);
      await importFleet(catalogue, 1);
      const plan = await createPlan(catalogue, { plugin: fleetPlugin.id });
      await applyPlan(catalogue, plan.id);
      const { id, document } = await showProcess(catalogue, 'Roll out site 1');
      const given = withValue(document, 0, 'nowhere', 'x');
      await saveProcess(catalogue, { id, expectedVersion: 2, document: given });
      await forgetPlugin(catalogue, fleetPlugin.id, { version: '2', force: true });
      const { conflicts } = await undoPlan(catalogue, plan.id);
      expect(conflicts).toMatchObject([{ questions: [{ property: 'nowhere' }] }]);
    });

    it('is taken back after the plans that took it further [DO-6]', async () => {
      const catalogue = await catalogueWith(1, 2);
      await importFleet(catalogue, 2);
      const first = await createPlan(catalogue, { plugin: fleetPlugin.id });
      await applyPlan(catalogue, first.id);
      await install(catalogue, 3);
      const second = await createPlan(catalogue, { plugin: fleetPlugin.id, options: { onUnlisted: 'pin' } });
      await applyPlan(catalogue, second.id);
      for (const act of [undoPlan, undoPreview]) {
        await expect(act(catalogue, first.id)).rejects.toMatchObject({
          code: 'plan-state',
          hint: expect.stringContaining(`undo ${second.id}`),
        });
      }
      expect(await undoPlan(catalogue, second.id)).toMatchObject({ restored: 2, activeAgain: '2' });
      expect(await undoPlan(catalogue, first.id)).toMatchObject({ restored: 2, activeAgain: '1' });
    });

    it('is applied and undone in waves', async () => {
      const catalogue = await catalogueWith(1, 2);
      await importFleet(catalogue, 4);
      const plan = await createPlan(catalogue, { plugin: fleetPlugin.id });
      const ids = (await listProcesses(catalogue)).processes.map(({ id }) => id);
      const wave = { name: 'first', processes: ids.slice(0, 2) };
      expect(await applyPlan(catalogue, plan.id, { wave })).toMatchObject({ applied: 2, remaining: 2, stillBelow: 2 });
      expect(await undoPlan(catalogue, plan.id, { wave: 'first' })).toMatchObject({
        restored: 2,
        activeAgain: null,
        plan: { state: 'paused' },
      });
      expect(await applyPlan(catalogue, plan.id)).toMatchObject({
        applied: 2,
        remaining: 0,
        plan: { state: 'applied' },
      });
    });

    it('[SUCC-1] goes to the successor that the newest version names, and back', async () => {
      const catalogue = await catalogueWith(1);
      await importFleet(catalogue, 2);
      const at = { file: 'lifecycle.xml', line: 1, column: 1 };
      const successor = { id: 'org.example.next', version: null, commands: [], at };
      const { definition, upgradeFile } = fleetVersion(2);
      await registerPlugin(catalogue, { definition: { ...definition, successor }, upgradeFile, digest: 'ended' });
      for (const version of [1, 2]) {
        const next = { ...fleetVersion(2).definition, id: successor.id, name: 'Next', version };
        await registerPlugin(catalogue, { definition: next, digest: `next ${version}` });
      }
      const plan = await createPlan(catalogue, { plugin: fleetPlugin.id });
      expect(plan).toMatchObject({ plugin: { id: successor.id }, succeeds: { id: fleetPlugin.id }, to: 2 });
      expect(plan.totals).toMatchObject({ processes: 2, uses: 6, carried: 2, renamed: 4, open: 0 });
      expect(await applyPlan(catalogue, plan.id)).toMatchObject({ applied: 2, stillBelow: 0 });
      const used = await whereUsed(catalogue, { plugin: 'Next' });
      expect(used.map(({ uses }) => uses.map((use) => [use.stepType, use.pluginVersion]))).toEqual(
        [1, 2].map(() => [
          ['Copy Files', 2],
          ['Copy Files', 2],
          ['Restart', 2],
        ]),
      );
      expect(await undoPlan(catalogue, plan.id)).toMatchObject({ restored: 2, plan: { state: 'undone' } });
      expect(await whereUsed(catalogue, { plugin: 'Next' })).toEqual([]);
    });
  });
});

async function install(catalogue: Catalogue, version: 1 | 2 | 3) {
  return registerPlugin(catalogue, { ...fleetVersion(version), digest: `digest ${version}` });
}

async function importFleet(catalogue: Catalogue, count: number) {
  const documents = Array.from({ length: count }, (_, index) => fleetProcess(index + 1));
  return importProcesses(catalogue, { text: JSON.stringify(documents), file: 'fleet.json' });
}

function withValue(document: ProcessDocument, activity: number, property: string, value: string): ProcessDocument {
  const copy = JSON.parse(formatDocument(document));
  copy.rootActivity.children[activity].properties[property] = value;
  return copy;
}

async function allVersions(store: Store): Promise<unknown[]> {
  return store.db.selectFrom('process_version').selectAll().orderBy('process_id').orderBy('version').execute();
}

/** The where-used index says what the current documents say. */
async function expectIndexRight(catalogue: Catalogue): Promise<void> {
  const counts = new Map<string, number>();
  for (const { id } of (await listProcesses(catalogue, { limit: null })).processes) {
    for (const { pluginName, stepType, pluginVersion } of (await showProcess(catalogue, id)).uses) {
      const key = [id, pluginName, stepType, pluginVersion].join('|');
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  const rows = await catalogue.store.db
    .selectFrom('process_use')
    .innerJoin('use_key', 'use_key.id', 'key_id')
    .select(['process_id', 'plugin_name', 'step_type', 'version', 'count'])
    .execute();
  const indexed = rows.map(
    (row) => [[row.process_id, row.plugin_name, row.step_type, row.version].join('|'), row.count] as const,
  );
  expect(new Map(indexed)).toEqual(counts);
}
