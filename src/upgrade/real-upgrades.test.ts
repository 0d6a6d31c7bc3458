import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parsePluginXml, parseUpgradeXml } from '../plugin/index.ts';
import { formatDocument, listUses, type ProcessDocument, readExport } from '../process/index.ts';
import { applyToDocument, assemblePlan, compileUpgrade, planProcess, undoDocument } from './index.ts';

const pairs = fileURLToPath(new URL('../../../shared/corpus/pairs', import.meta.url));
const absent = existsSync(pairs) ? '' : ' (skipped: the corpus is not here)';

describe.skipIf(absent !== '')(`real upgrades of a real server${absent}`, () => {
  it.each(['apiconnect-loopback-2-to-3', 'apiconnect-release-1-to-2'])(
    '[STEP-4] %s: by the policy carry, every use has the version, the step and the properties that the server gave it',
    (pair) => {
      const { before, after, upgrade } = load(pair);
      const planned = before.flatMap((process, index) => {
        return planProcess(upgrade, { ...process, id: String(index), version: 1 }) ?? [];
      });
      const plan = assemblePlan({ upgrade, createdAt: '2026-01-01T00:00:00Z', createdBy: 'test' }, planned);
      expect(plan.questions).toEqual([]);
      const results = before.map(({ document }, index) => {
        const processPlan = plan.processes.find(({ process }) => process.id === String(index));
        return processPlan ? applyToDocument(upgrade, processPlan, document, {}).document : document;
      });
      expect(results.flatMap(usesOf).sort()).toEqual(after.flatMap(({ document }) => usesOf(document)).sort());
      results.forEach((applied, index) => {
        const original = before[index]?.document as ProcessDocument;
        const undone = undoDocument({ processId: String(index), before: original, applied, current: applied });
        expect(undone.kind === 'restored' && formatDocument(undone.document)).toBe(formatDocument(original));
      });
    },
  );
});

function load(pair: string) {
  const read = (name: string) => readFileSync(`${pairs}/${pair}/${name}`, 'utf8');
  const [old, now] = ['plugin-old.xml', 'plugin-new.xml'].map((name) => parsePluginXml(read(name), name).definition);
  if (!old || !now) throw new Error('the definitions are missing');
  const upgrade = compileUpgrade({
    plugin: { id: now.id, names: [old.name, now.name] },
    definitions: new Map([old, now].map((definition) => [definition.version, definition])),
    upgradeFile: parseUpgradeXml(read('upgrade.xml'), 'upgrade.xml').upgradeFile,
    to: now.version,
    options: { onUnlisted: 'carry' },
  });
  const [before, after] = ['before.json', 'after.json'].map((name) => readExport(read(name), name).processes);
  return { before: before ?? [], after: after ?? [], upgrade };
}

/** Canvas names may differ: its author edited some. */
function usesOf(document: ProcessDocument): string[] {
  return listUses(document).map(({ pluginVersion, stepType, properties }) =>
    JSON.stringify([pluginVersion, stepType, Object.entries(properties).sort()]),
  );
}
