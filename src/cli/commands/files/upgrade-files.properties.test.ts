import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EmptiedStore } from '../../../../test/arbitraries/emptied-store.ts';
import { expectOnlyChangedLines } from '../../../../test/arbitraries/expect-only-changed-lines.ts';
import { propertyRuns, runsOf } from '../../../../test/arbitraries/property-runs.ts';
import { exportFile, treesOfExports } from '../../../../test/arbitraries/tree-of-exports.ts';
import {
  applyPlan,
  createPlan,
  exportProcesses,
  importProcesses,
  openCatalogue,
  redoPlan,
  undoPlan,
} from '../../../catalogue/index.ts';
import { registerPlugin } from '../../../catalogue/testing/register-plugin.ts';
import { type Release, readPluginSource } from '../../../host/index.ts';
import { compileUpgrade } from '../../../upgrade/index.ts';
import { planFile } from './plan-file.ts';
import { runFiles } from './testing/run-files.ts';
import { writeSamplePlugin } from './testing/sample-plugin.ts';

let plugin: Awaited<ReturnType<typeof writeSamplePlugin>>;
let plugins: string;
let releases: readonly Release[];
const empty = new EmptiedStore();
beforeAll(async () => {
  plugins = await mkdtemp(join(tmpdir(), 'lockstep-plugin-'));
  plugin = await writeSamplePlugin(plugins);
  releases = await Promise.all([...plugin.known, plugin.plugin].map(readPluginSource));
});
afterAll(() => Promise.all([rm(plugins, { recursive: true }), empty.close()]));

const runs = runsOf(60);

async function contents(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).filter((name) => !name.startsWith('.')).sort();
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')])),
  );
}

describe('a tree of exports in every layout', () => {
  it('[DO-5] files without a use stay as they are, the others change in the lines of changed values, once; undo gives the bytes back', async () => {
    await fc.assert(
      fc.asyncProperty(treesOfExports, async (files) => {
        const cwd = await mkdtemp(join(tmpdir(), 'lockstep-tree-'));
        try {
          for (const { name, text } of files) await writeFile(join(cwd, name), text);
          const before = await contents(cwd);
          await runFiles({ cwd, ...plugin });
          const after = await contents(cwd);
          for (const { name, used, text } of files) {
            if (used) expect(after[name]).not.toBe(text);
            else expect(after[name]).toBe(text);
            expectOnlyChangedLines(name, text, after[name]!);
          }
          await runFiles({ cwd, ...plugin });
          expect(await contents(cwd)).toEqual(after);
          if (files.some(({ used }) => used)) await runFiles({ cwd, ...plugin, options: { undo: true } });
          expect(await contents(cwd)).toEqual(before);
          expect((await readdir(cwd)).length).toBe(files.length);
        } finally {
          await rm(cwd, { recursive: true });
        }
      }),
      runs,
    );
  });

  it('[DO-10] a text stays as it is but for the lines of what an upgrade changes, the same in a catalogue as in a folder; undone it has its bytes, done again those of after', async () => {
    let changed = 0;
    await fc.assert(
      fc.asyncProperty(exportFile, async ({ name, text, used }) => {
        const planned = planFile(upgradeOf(releases), { file: name, text }, {});
        expect(planned.problems).toEqual([]);
        const after = planned.after ?? text;
        expect(after !== text).toBe(used);
        expectOnlyChangedLines(name, text, after);

        if (!text.includes('rootActivity')) return;
        const catalogue = openCatalogue(await empty.take(), { user: 'ada' });
        for (const { definition, upgradeFile, id } of releases)
          await registerPlugin(catalogue, { definition, upgradeFile, digest: `${id} ${definition?.version}` });
        await importProcesses(catalogue, { text, file: name });
        const exported = async () => (await exportProcesses(catalogue, { hide: null })).text;
        expect(await exported()).toBe(text);
        const { id } = await createPlan(catalogue, { plugin: releases[0]!.id });
        await applyPlan(catalogue, id, {});
        expect(await exported()).toBe(after);
        if (!used) return;
        changed++;
        await undoPlan(catalogue, id);
        expect(await exported()).toBe(text);
        const again = await redoPlan(catalogue, id);
        await applyPlan(catalogue, again.id, {});
        expect(await exported()).toBe(after);
      }),
      propertyRuns,
    );
    expect(changed).toBeGreaterThan(propertyRuns.numRuns / 10);
  });
});

function upgradeOf(known: readonly Release[]) {
  const definitions = known.map(({ definition }) => definition!);
  const target = known.at(-1)!;
  return compileUpgrade({
    plugin: { id: target.id, names: definitions.map(({ name }) => name) },
    definitions: new Map(definitions.map((one) => [one.version, one])),
    upgradeFile: target.upgradeFile,
    to: target.definition!.version,
    options: {},
  });
}
