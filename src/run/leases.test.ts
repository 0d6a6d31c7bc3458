import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inARow, openWorkshop, type RunWorkshop, shell, shellPluginXml } from '../../test/journey/run-workshop.ts';
import { LockstepError } from '../failure/index.ts';

describe('leases where the clock of the machine jumps', () => {
  let workshop: RunWorkshop;
  const clock = { offset: 0, monotonic: 0 };
  const hour = 3_600_000;

  beforeAll(async () => {
    workshop = await openWorkshop({
      now: () => new Date(Date.now() + clock.offset),
      monotonic: () => performance.now() + clock.monotonic,
    });
    await workshop.plugin(1, shellPluginXml(1), {});
  });
  afterAll(() => workshop.close());

  it('a run is cancelled also where its end could not be written at once', async () => {
    workshop.process('4', inARow('Unheard', [shell('u', 'true', { agentLabels: 'nobody' })]));
    const run = await workshop.runs.request({ processId: '4', by: 'ann' });
    const { store } = workshop;
    const { transaction } = store;
    let cancelled = false;
    const failing: typeof transaction = async (work) => {
      if (cancelled) {
        store.transaction = transaction;
        throw new LockstepError('disk-full', 'No space is left.');
      }
      cancelled = true;
      return transaction(work);
    };
    store.transaction = failing;
    await expect(workshop.runs.cancel(run.id, 'ann')).rejects.toMatchObject({ code: 'disk-full' });
    expect(await workshop.until(run.id)).toMatchObject({ state: 'cancelled' });
  });

  it('an hour forward, and back: the step of a living agent is done once, and nobody is asked', async () => {
    workshop.agent({ labels: ['here'] });
    const told = join(workshop.folder, 'told');
    const script = `echo begin >> ${told}; while ! test -e ${told}.go; do sleep 0.05; done; echo end`;
    workshop.process('1', inARow('Slow', [shell('s', script, { agentLabels: 'here' })]));
    const run = await workshop.runs.request({ processId: '1', by: 'ann' });
    while (!existsSync(told)) await new Promise((later) => setTimeout(later, 10));
    for (const offset of [hour, -hour, 30 * 24 * hour]) {
      clock.offset = offset;
      await workshop.runs.upkeep();
      const shown = await workshop.runs.show(run.id);
      expect(shown.stepList[0]).toMatchObject({ state: 'running', attempt: 1 });
      expect((await workshop.runs.agents()).map(({ state }) => state)).toEqual(['online']);
    }
    clock.offset = 0;
    writeFileSync(`${told}.go`, '');
    expect((await workshop.until(run.id)).stepList[0]).toMatchObject({ state: 'succeeded', attempt: 1 });
    expect((await workshop.runs.events(run.id)).map(({ type }) => type)).not.toContain('step-given-back');
  });

  it('an hour back: what sleeps wakes after its time, not after that hour', async () => {
    workshop.process('3', inARow('Nap', [{ type: 'processSleep', name: 'nap', sleepTime: '20' }]));
    clock.offset = hour;
    const run = await workshop.runs.request({ processId: '3', by: 'ann' });
    clock.offset = 0;
    await workshop.runs.upkeep();
    expect((await workshop.runs.show(run.id)).state).toBe('running');
    clock.offset = 25_000;
    await workshop.runs.upkeep();
    expect((await workshop.runs.show(run.id)).state).toBe('succeeded');
  });

  it('an hour back: a lost agent is found after a lease, not after that hour', async () => {
    workshop.process('2', inARow('Lost', [shell('l', 'true', { agentLabels: 'by-hand' })]));
    const run = await workshop.runs.request({ processId: '2', by: 'ann' });
    const place = { host: 'h', home: '1', boot: 'b', properties: {}, slots: 1 };
    const agent = { name: 'by-hand', instance: '1', labels: ['by-hand'], ...place };
    clock.offset = hour;
    await workshop.runs.dispatcher.register(agent);
    const [step] = await workshop.runs.dispatcher.claim(agent, 1, 5, new AbortController().signal);
    await workshop.runs.dispatcher.start(step!);
    clock.offset = 0;
    await workshop.runs.upkeep();
    // a lease later by both clocks
    clock.offset += 40_000;
    clock.monotonic += 40_000;
    await workshop.runs.upkeep();
    expect((await workshop.runs.show(run.id)).stepList[0]).toMatchObject({ state: 'uncertain' });
    expect((await workshop.runs.agents()).find(({ name }) => name === 'by-hand')!.state).toBe('lost');
    const other = { ...agent, instance: '2', home: '2' };
    await workshop.runs.dispatcher.register(other);
    await expect(workshop.runs.dispatcher.heartbeat(agent, [])).rejects.toMatchObject({ code: 'agent-superseded' });
  });

  it('what a dead agent sent and comes late takes nothing from its successor in the same folder', async () => {
    workshop.process('4', inARow('Late', [shell('l', 'true', { agentLabels: 'lives' })]));
    const run = await workshop.runs.request({ processId: '4', by: 'ann' });
    const place = { host: 'h', home: '1', boot: 'b', properties: {}, slots: 1 };
    const life = (instance: string) => ({ name: 'lives', instance, labels: ['lives'], ...place });
    const { dispatcher } = workshop.runs;
    await dispatcher.register(life('9.x'));
    await dispatcher.register(life('10.y'));
    const [step] = await dispatcher.claim(life('10.y'), 1, 5, new AbortController().signal);
    await dispatcher.start(step!);
    await expect(dispatcher.register(life('9.x'))).rejects.toMatchObject({ code: 'agent-name-taken' });
    expect((await workshop.runs.show(run.id)).stepList[0]).toMatchObject({ state: 'running' });
    await dispatcher.register(life('11.z'));
    expect((await workshop.runs.show(run.id)).stepList[0]).toMatchObject({ state: 'uncertain' });
  });
});
