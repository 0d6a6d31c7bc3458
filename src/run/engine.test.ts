import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { postgres } from '../../test/databases.ts';
import { system } from '../ports/index.ts';
import type { ProcessDocument } from '../process/index.ts';
import { openVault } from '../store/index.ts';
import { Heard } from './engine/heard.ts';
import { Engine } from './engine.ts';
import { newRun } from './machine.ts';
import type { RunMachineEvent } from './run-state.ts';
import { openScripts } from './script/scripts.ts';

describe('two servers on one database', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-engine-'));
  const scripts = openScripts();
  const database = postgres();
  afterAll(async () => {
    await scripts.close();
    rmSync(folder, { recursive: true });
  });

  it('a change that another server overtook leaves nothing behind, and is made anew over what the other one wrote', async () => {
    const store = await database.open();
    const root = { processId: '1', version: 1, name: 'Both' };
    const tasks = ['a', 'b'].map((name) => ({ type: 'manualTask', name }));
    const document: ProcessDocument = { name: 'Both', rootActivity: { type: 'graph', name: 'g', children: tasks } };
    const open = () =>
      new Engine({
        store,
        processes: { load: async () => ({ pin: root, document }), find: async () => null },
        plugins: { find: async () => null, folder: async () => null },
        vault: openVault(join(folder, 'run.key')),
        scripts,
        heard: new Heard(15),
        leaseSeconds: 15,
        now: () => new Date(),
        clock: system.clock,
        random: system.random,
      });
    const [one, other] = [open(), open()];
    const runId = 'overtaken';
    const input = { answers: {}, steps: {}, scopes: {}, lists: {} };
    await one.create({ runId, state: newRun(root, input), by: 'ann', labels: [] }, { type: 'requested' });
    const answered = (key: string): RunMachineEvent => ({ type: 'taskAnswered', key, outcome: 'success', by: 'ann' });

    let tries = 0;
    const middle = Promise.withResolvers<void>();
    // prepared out here, since a transaction begun inside of another one is refused
    const overtaken = middle.promise.then(() => other.send(runId, [answered('b')]));
    const state = await one.send(runId, [answered('a')], async (tx) => {
      // a second insert of the same row would fail, had the first one stayed
      await tx.db.insertInto('run_timer').values({ run_id: runId, activity: 'a', due_at: '9', set_at: '' }).execute();
      tries++;
      middle.resolve();
      await overtaken;
      return true;
    });
    expect(tries).toBe(2);
    expect(state).toMatchObject({ status: 'success' });
    const events = await store.db.selectFrom('run_event').select(['seq', 'type', 'activity']).orderBy('seq').execute();
    expect(events.filter(({ type }) => type === 'activity-ended').map(({ activity }) => activity)).toEqual(['b', 'a']);
    expect(events.map(({ seq }) => Number(seq))).toEqual(events.map((_, index) => index + 1));
  });
});
