import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { parsePluginXml } from '../../plugin/index.ts';
import { openScripts } from './scripts.ts';

const corpus = fileURLToPath(new URL('../../../../shared/corpus/step-plugins', import.meta.url));

describe.skipIf(!existsSync(corpus))(
  'every post-processing script of published plugins (skipped without the corpus)',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'lockstep-corpus-scripts-'));
    const scripts = openScripts();
    afterAll(async () => {
      await scripts.close();
      rmSync(folder, { recursive: true });
    });

    it('says success and failure by the exit code, and takes its properties from the log', async () => {
      const distinct = existsSync(corpus) ? distinctScripts() : [];
      expect(distinct.length).toBeGreaterThan(8);
      let outputs = 0;
      for (const script of distinct) {
        const patterns = [...script.matchAll(/scanner\.register\("([^"]+)"/g)].map((match) => match[1]!);
        const names = [...script.matchAll(/properties\.put\("([\w.]+)",\s*\w+\)/g)].map((match) => match[1]!);
        const logFile = join(folder, 'log');
        writeFileSync(logFile, ['begin', ...patterns.map((pattern) => `${pattern}value ${pattern}`), 'end'].join('\n'));
        const run = (exitCode: string) =>
          scripts.run({ kind: 'post-processing', script, properties: { exitCode }, logFile });
        for (const [exitCode, status] of [
          ['0', 'Success'],
          ['2', 'Failure'],
        ] as const) {
          const { error, properties } = await run(exitCode);
          expect({ error, status: properties['Status'], script }).toEqual({ error: null, status, script });
          for (const name of names) expect(properties[name], name).toMatch(/^value /);
          outputs += names.length;
        }
      }
      expect(outputs).toBeGreaterThan(10);
    });
  },
);

/** By what they say, whatever their blanks; files that cannot be read hold none. */
function distinctScripts(): string[] {
  const distinct = new Map<string, string>();
  for (const plugin of readdirSync(corpus))
    for (const version of readdirSync(join(corpus, plugin))) {
      const text = readFileSync(join(corpus, plugin, version, 'plugin.xml'), 'utf8');
      for (const { postProcessing } of stepTypes(text.replace(/"@\w+@"/g, '"1"')))
        if (postProcessing?.trim()) distinct.set(postProcessing.replace(/\s+/g, ' '), postProcessing);
    }
  return [...distinct.values()];
}

function stepTypes(text: string) {
  try {
    return parsePluginXml(text, 'plugin.xml').definition.stepTypes;
  } catch {
    return [];
  }
}
