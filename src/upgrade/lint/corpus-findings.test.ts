import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatPlace, LockstepError, type Problem } from '../../failure/index.ts';
import { type PluginDefinition, parsePluginXml, parseUpgradeXml, type UpgradeFile } from '../../plugin/index.ts';
import { dialectNamed, dialectNames } from '../dialect.ts';
import { writtenSection } from '../testing/written-section.ts';
import { countOf, lintPlugin } from './index.ts';

const folder = '../shared/corpus/step-plugins';

interface Version {
  readonly definition: PluginDefinition | null;
  readonly upgradeFile: UpgradeFile | LockstepError | null;
}

const versions = new Map<string, Version>();

function readVersion(plugin: string, version: string): Version {
  const known = versions.get(`${plugin}/${version}`) ?? readFiles(plugin, version);
  versions.set(`${plugin}/${version}`, known);
  return known;
}

function readFiles(plugin: string, version: string): Version {
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

interface HopOfCorpus {
  readonly name: string;
  readonly definition: PluginDefinition;
  readonly previous: PluginDefinition;
  readonly upgradeFile: Version['upgradeFile'];
}

/** From each version that can be read to the next. */
function everyHop(): HopOfCorpus[] {
  return readdirSync(folder)
    .sort()
    .flatMap((plugin) => {
      const list = readdirSync(`${folder}/${plugin}`).sort((a, b) => Number(a) - Number(b));
      return list.flatMap((version, index): HopOfCorpus[] => {
        const from = list[index - 1];
        if (from === undefined) return [];
        const { definition: previous } = readVersion(plugin, from);
        const { definition, upgradeFile } = readVersion(plugin, version);
        return previous && definition
          ? [{ name: `${plugin} ${from} → ${version}`, definition, previous, upgradeFile }]
          : [];
      });
    });
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
    expect(renames[0]?.message).toContain('"tppurl" and "tppURL" of "Authentication test" differ only in letter case');
  });

  it('[PROP-7] AWS EC2 Extended 2 shows credentials that were secrets', () => {
    const found = places(lintHop('aws-ec2-extended', '1', '2'), 'secure-becomes-plain');
    expect(found).toHaveLength(12);
    expect(found.slice(0, 2)).toEqual(['aws-ec2-extended/2/plugin.xml:76:22', 'aws-ec2-extended/2/plugin.xml:82:22']);
  });

  it('finds nothing on the hops where nothing is wrong', () => {
    const clean = everyHop().filter((hop) => lintPlugin(hop).length === 0);
    expect(clean.map(({ name }) => name)).toEqual([
      'aws-ec2-extended 0 → 1',
      ...['9 → 10', '11 → 12', '13 → 14', '15 → 16', '19 → 20'].map((hop) => `informatica ${hop}`),
      'resource-utilities 2 → 5',
    ]);
  });

  it('[STEP-6] under "urbancode" an error is a value that is lost, never a step that is only not listed', () => {
    const errors = everyHop().flatMap((hop) =>
      lintPlugin({ ...hop, dialect: dialectNamed('urbancode') }).filter(({ severity }) => severity === 'error'),
    );
    expect([...new Set(errors.map(({ code }) => code))].sort()).toEqual([
      'default-not-migrated',
      'property-old-unknown',
      'property-renamed',
      'secure-becomes-plain',
      'xml-not-well-formed',
    ]);
  });

  it('[STEP-6] is counted in docs/lint.md for each server (else run this with -u)', async () => {
    const hops = everyHop();
    const rows = dialectNames.map((name) => {
      const found = hops.map((hop) => lintPlugin({ ...hop, dialect: dialectNamed(name) }));
      const worst = found.map((problems) => severities.find((one) => countOf(problems, one) > 0) ?? 'nothing');
      const hopsOf = (one: string) => worst.filter((each) => each === one).length;
      const all = found.flat();
      const cells = [...severities, 'nothing'].map(hopsOf);
      return `| ${[name, hops.length, ...cells, ...severities.map((one) => countOf(all, one))].join(' | ')} |`;
    });
    const table = [
      '| for | hops | with an error | warnings at most | notices at most | nothing | errors | warnings | notices |',
      '|---|---|---|---|---|---|---|---|---|',
      ...rows,
    ].join('\n');
    const text = writtenSection(readFileSync('docs/lint.md', 'utf8'), 'corpus', table);
    await expect(text).toMatchFileSnapshot('../../../docs/lint.md');
  });
});

const severities = ['error', 'warning', 'notice'] as const;
