import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, describe, expect, it } from 'vitest';
import { EmptiedStore } from '../../test/arbitraries/emptied-store.ts';
import { runsOf } from '../../test/arbitraries/property-runs.ts';
import { type UpgradeScenario, upgradeScenario } from '../../test/arbitraries/upgrade-scenario.ts';
import type { PluginDefinition } from '../plugin/index.ts';
import { answerQuestions, type Question } from '../upgrade/index.ts';
import {
  applyPlan,
  type Catalogue,
  createPlan,
  createSnapshot,
  diffVersions,
  exportProcesses,
  getPlan,
  importProcesses,
  listProcesses,
  openCatalogue,
  prune,
  undoPlan,
} from './index.ts';
import { registerPlugin } from './testing/register-plugin.ts';

const empty = new EmptiedStore();
afterAll(() => empty.close());
const runs = runsOf(60);
const scenario = upgradeScenario({ tidy: false });

describe('whatever the plugin and the processes are', () => {
  it('the index finds what a full scan finds [SCOPE-3], a plan is applied once [DO-5], with no secure value in it or the history [PROP-7], and undone to the bytes that were [DO-6]', () =>
    fc.assert(
      fc.asyncProperty(scenario, async (given) => {
        await inCatalogue(given, async (catalogue) => {
          const contents = async () => (await exportProcesses(catalogue, { hide: null })).text;
          const before = await contents();
          const scanned = await createPlan(catalogue, { plugin: given.plugin.id, fullScan: true });
          const { id: _scanned, ...full } = await getPlan(catalogue, scanned.id);
          const plan = await planAnswered(catalogue, given);
          const { id: _id, ...indexed } = await getPlan(catalogue, plan.id);
          expect(indexed).toEqual(full);

          const { applied } = await applyPlan(catalogue, plan.id, { answers: plan.answers, chunkSize: 2 });
          const once = await contents();
          const { processes } = await listProcesses(catalogue);
          expect((await applyPlan(catalogue, plan.id, { answers: plan.answers })).applied).toBe(0);
          expect(await contents()).toEqual(once);
          expect((await listProcesses(catalogue)).processes).toEqual(processes);
          expect(processes.every(({ version }) => version <= 2)).toBe(true);

          const undone = await undoPlan(catalogue, plan.id, { chunkSize: 3 });
          expect(undone).toMatchObject({ merged: [], conflicts: [], plan: { state: 'undone' } });
          expect(await contents()).toEqual(before);

          const { db } = catalogue.store;
          const shown = [
            await sql`select * from plan`.execute(db),
            await sql`select * from plan_detail`.execute(db),
            await sql`select * from activity`.execute(db),
          ].map(({ rows }) => JSON.stringify(rows));
          for (const { id, version } of processes) {
            if (applied > 0 && version > 1)
              shown.push(JSON.stringify(await diffVersions(catalogue, id, { from: 1, to: 2 })));
          }
          for (const secret of given.secrets) expect(shown.filter((text) => text.includes(secret))).toEqual([]);
        });
      }),
      runs,
    ));

  it('pruned as far as it goes, an upgrade is undone to the bytes of before, and a snapshot has all that it pins [DO-6]', () =>
    fc.assert(
      fc.asyncProperty(scenario, async (given) => {
        await inCatalogue(given, async (catalogue) => {
          const everything = async () => {
            for (const kind of ['plans', 'versions', 'activity'] as const) await prune(catalogue, kind, '2031-01-01');
          };
          const before = await exportProcesses(catalogue, { hide: null });
          await createSnapshot(catalogue, { name: 'before' });
          const plan = await planAnswered(catalogue, given);
          await applyPlan(catalogue, plan.id, { answers: plan.answers });
          await everything();
          await undoPlan(catalogue, plan.id);
          expect(await exportProcesses(catalogue, { hide: null })).toEqual(before);
          await everything();
          expect(await exportProcesses(catalogue, { hide: null })).toEqual(before);
          const missing =
            await sql`select 1 from snapshot_process as pinned where not exists (select 1 from process_version
            where process_id = pinned.process_id and version = pinned.version)`.execute(catalogue.store.db);
          expect(missing.rows).toEqual([]);
        });
      }),
      runs,
    ));
});

async function inCatalogue(given: UpgradeScenario, work: (catalogue: Catalogue) => Promise<void>): Promise<void> {
  const catalogue = openCatalogue(await empty.take(), { user: 'ada', now: () => '2030-01-01T00:00:00.000Z' });
  for (const definition of [...given.definitions.values()].sort((a, b) => a.version - b.version)) {
    await register(catalogue, definition, given);
  }
  // processes of one name in one export are one process: give each its own
  const documents = given.documents.map((document, index) => ({ ...document, name: `${document.name} ${index}` }));
  await importProcesses(catalogue, { text: JSON.stringify(documents), file: 'generated.json' });
  await work(catalogue);
}

async function register(catalogue: Catalogue, definition: PluginDefinition, { upgradeFile }: UpgradeScenario) {
  await registerPlugin(catalogue, { definition, upgradeFile, digest: `digest ${definition.version}`, rename: true });
}

/** A plan with the first choice for every question. */
async function planAnswered(catalogue: Catalogue, { plugin }: UpgradeScenario) {
  const { id } = await createPlan(catalogue, { plugin: plugin.id });
  const { questions } = await getPlan(catalogue, id);
  const answers = Object.fromEntries(questions.map((question: Question) => [question.id, question.choices[0]!.answer]));
  expect(Object.keys(answerQuestions({ questions }, answers)).length).toBeLessThanOrEqual(questions.length);
  return { id, answers };
}
