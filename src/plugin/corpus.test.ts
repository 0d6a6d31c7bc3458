import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { LockstepError } from '../failure/index.ts';
import { parsePluginXml, parseUpgradeXml, validateXml } from './index.ts';

const folder = '../shared/corpus/step-plugins';

/** The files of the corpus that cannot be read, each with its one sentence and its place. */
const unreadable: Readonly<Record<string, string>> = {
  'aws-ec2-extended/0/plugin.xml': '6:64 version="@API_VERSION@" is a token that the build did not replace.',
  'aws-ec2-extended/1/plugin.xml': '6:64 version="@API_VERSION@" is a token that the build did not replace.',
  'aws-ec2-extended/2/plugin.xml': '6:64 version="@API_VERSION@" is a token that the build did not replace.',
  'resource-utilities/1/plugin.xml': '10:91 version="@API_VERSION@" is a token that the build did not replace.',
  'resource-utilities/2/plugin.xml': '15:91 version="@API_VERSION@" is a token that the build did not replace.',
  'venafi/20/upgrade.xml':
    '3:1 The file still holds the markers of an unresolved git merge (lines 3, 13, 18, 31, 32, 35).',
  'venafi/26/plugin.xml': '3:1 The file still holds the markers of an unresolved git merge (lines 3, 17, 26).',
  'venafi/26/upgrade.xml':
    '3:1 The file still holds the markers of an unresolved git merge (lines 3, 13, 18, 31, 32, 35).',
  'venafi/28/upgrade.xml':
    '3:1 The file still holds the markers of an unresolved git merge (lines 3, 13, 18, 31, 32, 36).',
};

describe.skipIf(!existsSync(folder))(
  'every published version in the corpus (skipped where the corpus is absent)',
  () => {
    const files = globSync('*/*/*.xml', { cwd: folder }).sort();
    const textOf = (file: string) => readFileSync(`${folder}/${file}`, 'utf8');

    it('loads, and each unreadable file gets one sentence with its place [DO-9]', () => {
      expect(files.length).toBeGreaterThan(150);
      const faults: Record<string, string> = {};
      for (const file of files) {
        try {
          if (file.endsWith('/plugin.xml')) {
            const { definition } = parsePluginXml(textOf(file), file);
            expect(definition.stepTypes.length).toBeGreaterThan(0);
            expect(definition.version).toBe(Number(file.split('/')[1]));
          } else parseUpgradeXml(textOf(file), file);
        } catch (error) {
          if (!(error instanceof LockstepError)) throw error;
          faults[file] = `${error.where?.line}:${error.where?.column} ${error.message}`;
        }
      }
      expect(faults).toEqual(unreadable);
    });

    it('is valid by our schemas, but for tokens that a build left', async () => {
      const invalid: string[] = [];
      for (const file of files.filter((name) => !/^venafi\/(20\/upgrade|26\/|28\/upgrade)/.test(name))) {
        const schema = file.endsWith('/plugin.xml') ? 'plugin' : 'upgrade';
        for (const { message } of await validateXml(schema, textOf(file), file)) invalid.push(`${file} ${message}`);
      }
      expect(invalid.filter((line) => !line.includes("'@API_VERSION@'"))).toEqual([]);
      expect(invalid).toHaveLength(5);
    });
  },
);
