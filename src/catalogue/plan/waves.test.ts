import { describe, expect, it } from 'vitest';
import { databases } from '../../../test/databases.ts';
import { fleetPlugin, fleetProcess, fleetVersion } from '../../../test/fleet.ts';
import {
  applyOutcome,
  applyPlan,
  beginPlan,
  type Catalogue,
  createPlan,
  failureRates,
  goingOn,
  importProcesses,
  joinPlan,
  labelProcess,
  openCatalogue,
  pausePlan,
  saveProcess,
  showPlan,
  showProcess,
  undoPlan,
  waveLabels,
  waveReports,
} from '../index.ts';
import { listActivity } from '../testing/list-activity.ts';
import { registerPlugin } from '../testing/register-plugin.ts';
import { resumePlan } from '../testing/resume-plan.ts';

describe('how a paused plan goes on', () => {
  const pilot = { name: 'pilot', label: 'pilot' };
  const pause = (why: 'asked' | 'failures' | 'wave-done') => ({ why, rate: null, at: '', by: 'ann' });
  it.each([
    ['interrupted', null, {}, { wave: pilot, stopAbove: 0.1 }],
    ['paused by a person', pause('asked'), {}, { wave: pilot, stopAbove: 0.1 }],
    ['paused by failures, with another limit', pause('failures'), { stopAbove: 0.5 }, { wave: pilot, stopAbove: 0.5 }],
    ['paused by failures, with no limit any more', pause('failures'), { stopAbove: null }, { wave: pilot }],
    ['at the end of its wave', pause('wave-done'), {}, { stopAbove: 0.1 }],
  ] as const)('%s', (_, rests, input, expected) => {
    expect(goingOn({ wave: pilot, stopAbove: 0.1, pause: rests }, input)).toEqual(expected);
  });
});

describe.each(databases())('waves of a plan on $name', ({ open }) => {
  /** Six processes, the first three labelled, planned from version 1 to 2. */
  const planned = async (): Promise<{ catalogue: Catalogue; plan: string; names: readonly string[] }> => {
    const catalogue = openCatalogue(await open(), { user: 'ada' });
    for (const version of [1, 2] as const) {
      await registerPlugin(catalogue, { ...fleetVersion(version), digest: `digest ${version}` });
    }
    const fleet = Array.from({ length: 6 }, (_, index) => fleetProcess(index + 1));
    const { processes } = await importProcesses(catalogue, { text: JSON.stringify(fleet), file: 'fleet.json' });
    const names = fleet.map(({ name }) => name);
    for (const { id } of processes.slice(0, 3)) await labelProcess(catalogue, id, ['pilot', 'berlin']);
    await labelProcess(catalogue, processes[3]!.id, ['berlin']);
    const plan = await createPlan(catalogue, { plugin: fleetPlugin.id });
    return { catalogue, plan: plan.id, names };
  };
  const pilot = { name: 'pilot', label: 'pilot' };
  const actions = async (catalogue: Catalogue): Promise<string[]> =>
    (await listActivity(catalogue)).map(({ action }) => action).filter((action) => action.startsWith('upgrade'));

  it('are chosen by the labels of its processes', async () => {
    const { catalogue, plan } = await planned();
    expect(await waveLabels(catalogue, plan)).toEqual([
      { label: 'berlin', processes: 4, pending: 4 },
      { label: 'pilot', processes: 3, pending: 3 },
    ]);
    await applyPlan(catalogue, plan, { wave: pilot });
    expect(await waveLabels(catalogue, plan)).toMatchObject([{ pending: 1 }, { label: 'pilot', pending: 0 }]);
    const nobody = applyPlan(catalogue, plan, { wave: { name: 'paris', label: 'paris' } });
    await expect(nobody).rejects.toMatchObject({ code: 'process-not-found' });
  });

  it('leave the plan paused when they are done, and continuing takes the rest', async () => {
    const { catalogue, plan } = await planned();
    await applyPlan(catalogue, plan, { wave: pilot, stopAbove: 0.5 });
    expect(await showPlan(catalogue, plan)).toMatchObject({
      state: 'paused',
      course: { wave: { label: 'pilot' }, stopAbove: 0.5, pause: { why: 'wave-done', by: 'ada', rate: null } },
    });
    const { result } = await resumePlan(catalogue, plan);
    expect(result).toMatchObject({ applied: 3, remaining: 0, plan: { state: 'applied', course: { pause: null } } });
    expect(await waveReports(catalogue, plan)).toMatchObject([
      { wave: 'pilot', processes: { applied: 3 } },
      { wave: null, processes: { applied: 3 } },
    ]);
  });

  it('rest at once where a person asks for it, after the chunk at hand, and go on in the same wave', async () => {
    const { catalogue, plan } = await planned();
    await beginPlan(catalogue, plan, { wave: pilot });
    let asked: Promise<unknown> | null = null;
    const onProgress = (): void => {
      asked ??= pausePlan(openCatalogue(catalogue.store, { user: 'grace' }), plan);
    };
    // the second chunk begins when the pause is there, however quick this machine is
    const { store } = catalogue;
    const transaction: typeof store.transaction = async (work) => {
      await asked;
      return store.transaction(work);
    };
    const waiting = { ...catalogue, store: { ...store, transaction } };
    const outcome = await joinPlan(waiting, plan, { chunkSize: 1, onProgress });
    expect(await showPlan(catalogue, plan)).toMatchObject({
      state: 'paused',
      course: { pause: { why: 'asked', by: 'grace' } },
    });
    // whoever else takes part finds that it rests; only the chunks that had begun were finished
    expect(outcome.applied).toBeLessThan(3);
    expect(await joinPlan(catalogue, plan)).toMatchObject({ applied: 0, remaining: 6 - outcome.applied });
    await resumePlan(catalogue, plan);
    expect(await applyOutcome(catalogue, plan)).toMatchObject({
      applied: 3,
      remaining: 3,
      plan: { state: 'paused', course: { pause: { why: 'wave-done' } } },
    });
    expect(await actions(catalogue)).toEqual([
      'upgrade.paused',
      'upgrade.applying',
      'upgrade.paused',
      'upgrade.applying',
      'upgrade.planned',
    ]);
  });

  it('cannot be paused where nothing is being applied', async () => {
    const { catalogue, plan } = await planned();
    await expect(pausePlan(catalogue, plan)).rejects.toMatchObject({ code: 'plan-state' });
    await applyPlan(catalogue, plan, { wave: pilot });
    expect((await pausePlan(catalogue, plan)).course.pause).toMatchObject({ why: 'wave-done' });
  });

  it('pause by themselves above a share of processes that ask something new, and go on when these are answered', async () => {
    const { catalogue, plan, names } = await planned();
    // at version 2 `Copy` became another step; an edit that uses a step which nobody knows asks something new
    const { id, version, document } = await showProcess(catalogue, names[1]!);
    const text = JSON.stringify(document).replaceAll('"commandName":"Restart"', '"commandName":"Reboot"');
    await saveProcess(catalogue, { id, expectedVersion: version, document: JSON.parse(text) });
    const held = await applyPlan(catalogue, plan, { wave: pilot, stopAbove: 0.1, chunkSize: 2 });
    expect(held).toMatchObject({ applied: 1, remaining: 5, stopped: { of: 'processes', failed: 1, total: 2 } });
    expect(await failureRates(catalogue, plan)).toMatchObject([{ of: 'processes', failed: 1, total: 2 }, { total: 0 }]);
    // the same limit holds it again, and says so
    expect((await resumePlan(catalogue, plan)).result).toMatchObject({ stopped: { failed: 1, total: 2 } });
    const answers = { '*': 'pin' };
    const { result } = await resumePlan(catalogue, plan, { answers });
    expect(result).toMatchObject({ remaining: 3, stopped: null, plan: { state: 'paused' } });
  });

  it('partly applied are undone as a whole, and the former version is active again [DO-6]', async () => {
    const { catalogue, plan, names } = await planned();
    const before = await Promise.all(names.map(async (name) => (await showProcess(catalogue, name)).document));
    await applyPlan(catalogue, plan, { wave: pilot });
    expect(await undoPlan(catalogue, plan)).toMatchObject({ restored: 3, plan: { state: 'undone' } });
    const after = await Promise.all(names.map(async (name) => (await showProcess(catalogue, name)).document));
    expect(after).toEqual(before);
  });
});
