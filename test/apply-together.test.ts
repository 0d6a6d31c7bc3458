import { describe, expect, it } from 'vitest';
import { fillFleet } from '../bench/fill-fleet.ts';
import {
  applyPlan,
  type Catalogue,
  createPlan,
  listVersions,
  openCatalogue,
  saveProcess,
  showPlan,
  showProcess,
} from '../src/catalogue/index.ts';
import { registerPlugin } from '../src/catalogue/testing/register-plugin.ts';
import { LockstepError } from '../src/failure/index.ts';
import { openStore } from '../src/store/index.ts';
import { databases } from './databases.ts';
import { fleetPlugin, fleetVersion } from './fleet.ts';
import { testVault } from './vault.ts';

const processes = 300;

describe.each(databases())('on $name', ({ name, fresh }) => {
  it(`an upgrade applied by ${name === 'SQLite' ? 'one server' : 'three servers'} while people edit: every process once, no edit lost [DO-3] [DO-4]`, async () => {
    const target = await fresh();
    const servers = await Promise.all(
      Array.from({ length: name === 'SQLite' ? 1 : 3 }, async (_, index) =>
        openCatalogue(await openStore(target, { vault: testVault, poolSize: 4 }), { user: `server ${index}` }),
      ),
    );
    const [first] = servers as [Catalogue];
    for (const version of [1, 3] as const) {
      await registerPlugin(first, { ...fleetVersion(version), digest: `digest ${version}` });
    }
    await fillFleet(first.store, processes, 0);
    const plan = await createPlan(first, { plugin: fleetPlugin.id });

    const edits = Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        edit(servers[index % servers.length]!, String(1 + index * 7), `edit ${index}`),
      ),
    );
    const results = await Promise.all(servers.map((server) => applyPlan(server, plan.id, { chunkSize: 20 })));
    const saved = await edits;

    expect((await showPlan(first, plan.id)).state).toBe('applied');
    expect(results.reduce((sum, { applied }) => sum + applied, 0)).toBe(processes);
    for (let id = 1; id <= processes; id++) {
      const reasons = (await listVersions(first, String(id))).map(({ reason }) => reason);
      expect(reasons.filter((reason) => reason === 'upgraded')).toHaveLength(1);
    }
    for (const { id, text } of saved) {
      const { document, uses } = await showProcess(first, id);
      expect(document.description).toBe(text);
      expect(uses[0]?.pluginVersion).toBe(3);
    }
    // edited before its chunk came: planned again and reported
    const reported = new Set(results.flatMap(({ replanned }) => replanned.map(({ id }) => id)));
    for (const { id } of saved) {
      const reasons = (await listVersions(first, id)).map(({ reason }) => reason).reverse();
      expect(reported.has(id)).toBe(reasons.indexOf('edited') < reasons.indexOf('upgraded'));
    }
    for (const { store } of servers) await store.close();
  });
});

/** Saves like a person: when somebody else was first, reads again and repeats. */
async function edit(catalogue: Catalogue, id: string, text: string): Promise<{ id: string; text: string }> {
  for (;;) {
    const { version, document } = await showProcess(catalogue, id);
    try {
      await saveProcess(catalogue, { id, expectedVersion: version, document: { ...document, description: text } });
      return { id, text };
    } catch (error) {
      if (!(error instanceof LockstepError && error.code === 'process-edited')) throw error;
    }
  }
}
