import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatPlace, LockstepError, type Problem } from '../../failure/index.ts';
import { type PluginDefinition, parsePluginXml, parseUpgradeXml, type UpgradeFile } from '../../plugin/index.ts';
import { lintPlugin } from './index.ts';

const folder = '../shared/corpus/step-plugins';

interface Version {
  readonly definition: PluginDefinition | null;
  readonly upgradeFile: UpgradeFile | LockstepError | null;
}

function readVersion(plugin: string, version: string): Version {
  return {
    definition: attempt(`${plugin}/${version}/plugin.xml`, (text, file) => {
      return parsePluginXml(text, file, { tokens: 'warn' }).definition;
    }) as PluginDefinition | null,
    upgradeFile: existsSync(`${folder}/${plugin}/${version}/upgrade.xml`)
      ? (attempt(
          `${plugin}/${version}/upgrade.xml`,
          (text, file) => parseUpgradeXml(text, file).upgradeFile,
          true,
        ) as UpgradeFile)
      : null,
  };
}

function attempt<T>(
  file: string,
  parse: (text: string, file: string) => T,
  keepError = false,
): T | LockstepError | null {
  try {
    return parse(readFileSync(`${folder}/${file}`, 'utf8'), file);
  } catch (error) {
    if (error instanceof LockstepError) return keepError ? error : null;
    throw error;
  }
}

function lintHop(plugin: string, from: string, to: string): Problem[] {
  const { definition, upgradeFile } = readVersion(plugin, to);
  return lintPlugin({ definition: definition!, upgradeFile, previous: readVersion(plugin, from).definition });
}

const places = (problems: readonly Problem[], code: string) =>
  problems.filter((problem) => problem.code === code).map(({ where }) => formatPlace(where!));

describe.skipIf(!existsSync(folder))('linting the corpus (skipped where it is absent)', () => {
  it('Cloud Foundry 15 moves values from an "appName" that never existed', () => {
    const problems = lintHop('cloud-foundry', '14', '15');
    expect(places(problems, 'property-old-unknown')).toEqual([
      'cloud-foundry/15/upgrade.xml:201:31',
      'cloud-foundry/15/upgrade.xml:252:32',
      'cloud-foundry/15/upgrade.xml:262:32',
    ]);
    const [lost] = problems.filter(({ where }) => where?.line === 252);
    expect(lost).toMatchObject({ severity: 'error', hint: 'Write old="app".' });
    expect(lost?.message).toContain('"Stop App" had no property "appName"');
  });

  it('[PROP-4] Cloud Foundry 32 gives "cliversion" a default and existing uses none', () => {
    const problems = lintHop('cloud-foundry', '31', '32');
    expect(places(problems, 'default-not-migrated')).toEqual([
      'cloud-foundry/32/plugin.xml:173:64',
      'cloud-foundry/32/plugin.xml:981:64',
    ]);
    expect(problems.filter(({ message }) => message.includes('"cliversion"'))).toHaveLength(2);
  });

  it('Informatica 26 writes four step types in the wrong letter case', () => {
    expect(places(lintHop('informatica', '25', '26'), 'step-letter-case')).toEqual([
      'informatica/26/upgrade.xml:222:24',
      'informatica/26/upgrade.xml:227:24',
      'informatica/26/upgrade.xml:232:24',
      'informatica/26/upgrade.xml:238:24',
    ]);
  });

  it('Venafi 20 has merge markers in its file, and its letter-case renames are found all the same', () => {
    const problems = lintHop('venafi', '19', '20');
    expect(places(problems, 'xml-not-well-formed')).toEqual(['venafi/20/upgrade.xml:3:1']);
    const renames = problems.filter(({ code, severity }) => code === 'property-renamed' && severity === 'error');
    expect(renames).toHaveLength(20);
    expect(formatPlace(renames[0]!.where!)).toBe('venafi/20/plugin.xml:26:17');
    expect(renames[0]?.message).toContain('"tppurl" of "Authentication test" is now written "tppURL"');
  });

  it('[PROP-7] AWS EC2 Extended 2 shows credentials that were secrets', () => {
    const found = places(lintHop('aws-ec2-extended', '1', '2'), 'secure-becomes-plain');
    expect(found).toHaveLength(12);
    expect(found.slice(0, 2)).toEqual(['aws-ec2-extended/2/plugin.xml:76:22', 'aws-ec2-extended/2/plugin.xml:82:22']);
  });

  it('finds nothing on the hops where nothing is wrong', () => {
    const clean: string[] = [];
    for (const plugin of readdirSync(folder).sort()) {
      const versions = readdirSync(`${folder}/${plugin}`).sort((a, b) => Number(a) - Number(b));
      for (const [index, version] of versions.entries()) {
        const from = versions[index - 1];
        const old = from === undefined ? null : readVersion(plugin, from);
        const now = readVersion(plugin, version);
        if (!old?.definition || !now.definition) continue;
        if (lintPlugin({ ...now, definition: now.definition, previous: old.definition }).length === 0)
          clean.push(`${plugin} ${from} → ${version}`);
      }
    }
    expect(clean).toEqual([
      'api-connect 6 → 7',
      'aws-ec2-extended 0 → 1',
      'box 24 → 26',
      'cloud-foundry 17 → 18',
      'cloud-foundry 19 → 20',
      ...['9 → 10', '11 → 12', '12 → 13', '13 → 14', '15 → 16', '16 → 17', '19 → 20'].map(
        (hop) => `informatica ${hop}`,
      ),
      'resource-utilities 2 → 5',
    ]);
  });
});
