import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { LockstepError } from '../../src/failure/index.ts';
import { formatFamilyJson, parseFamilyJson } from '../../src/family/index.ts';
import {
  compareVersions,
  isVersion,
  parsePluginInfo,
  parsePluginXml,
  parseUpgradeXml,
} from '../../src/plugin/index.ts';
import {
  checkGraph,
  diffProcesses,
  fillExport,
  formatDocument,
  formatJson,
  parseDocument,
  parseExpressions,
  parseJson,
  readExport,
  sameJson,
} from '../../src/process/index.ts';
import { formatIndex, parseIndex } from '../../src/repository/index.ts';
import { agentNames, finishText, formatProperties, readProperties, resolveText } from '../../src/run/index.ts';
import { parseConfig } from '../../src/service/settings/read-config.ts';
import { applyToDocument, compileUpgrade, planProcess, undoDocument } from '../../src/upgrade/index.ts';
import { type FuzzTarget, law, placesInside, textOf } from './target.ts';

const example = (path: string) => readFileSync(new URL(`../../examples/${path}`, import.meta.url), 'utf8');
const definitions = [1, 2, 3].map(
  (version) => parsePluginXml(example(`fleet-tools/${version}/plugin.xml`), 'plugin.xml').definition,
);
const upgrade = compileUpgrade({
  plugin: { id: definitions[2]!.id, names: [definitions[2]!.name] },
  definitions: new Map(definitions.map((definition) => [definition.version, definition])),
  upgradeFile: parseUpgradeXml(example('fleet-tools/3/upgrade.xml'), 'upgrade.xml').upgradeFile,
  to: 3,
});

export const textTargets: readonly FuzzTarget[] = [
  {
    name: 'plugin-info',
    words: ['"version":', '"capabilities":{', '"lines":1,', '"protocol":"sip"', '"type":"ata"', 'true', 'null', '/**/'],
    check(input) {
      const text = textOf(input);
      placesInside(text, parsePluginInfo(text, 'plugin-info').problems);
    },
  },
  { name: 'process', words: processWords(), check: checkProcess },
  {
    name: 'index',
    words: ['"version":"1.0",', '"filename":"a-1.tar.bz2",', '"sha1sum":"', '"dsize":1,', '1.0', '1e-7', 'null'],
    check(input) {
      const { index, unreadable, problems } = parseIndex(textOf(input));
      placesInside(textOf(input), problems);
      const written = formatIndex(index, { unreadable });
      const again = parseIndex(written);
      law(formatIndex(again.index, { unreadable: again.unreadable }) === written, 'an index written twice is the same');
      law(isDeepStrictEqual([...again.index.keys()].sort(), [...index.keys()].sort()), 'no plugin is lost');
    },
  },
  {
    name: 'expression',
    words: ['${p:a}', '${p?:b}', '${p&#63;:c}', '${agent:HOME}', '${env/PATH}', '${a}', '${p:agent/x}'],
    check(input) {
      const text = textOf(input);
      const pieces = parseExpressions(text);
      const whole = pieces.map((piece) => (piece.kind === 'text' ? piece.text : piece.source)).join('');
      law(whole === text, 'the pieces together are the text');
      // every property holds the text itself, so a reference to itself is found too
      const lookup = (name: string) => (name.length % 2 === 0 ? { value: text, template: true } : { value: name });
      const parts = resolveText(text, lookup, { label: 'text' });
      finishText(
        parts,
        { open: (sealed) => sealed, agent: agentNames({ properties: {}, environment: {} }) },
        { label: 'text' },
      );
    },
  },
  {
    name: 'properties',
    words: ['a=b\n', 'a:b\n', '\\\n  ', '\\u00e9', '#', '!', '\f'],
    check(input) {
      const values = readProperties(input, 'a.properties');
      const again = readProperties(Buffer.from(formatProperties(values), 'latin1'), 'b.properties');
      law(isDeepStrictEqual(again, values), 'what was read is written and read again');
    },
  },
  { name: 'version', words: ['.', '-', '+', '~', 'rc', 'dev', '00', 'v', '\n'], check: checkVersions },
  {
    name: 'family-json',
    words: ['{"copy":"common/"},', '{"folder":"a"}', '"script":"s/a/b/g"', '"to":"x",', '"extended":true,', '\\\\('],
    check(input) {
      const recipe = parseFamilyJson(textOf(input), 'family.json');
      const readable = { ...recipe, targets: recipe.targets.filter(({ failure }) => failure === null) };
      const written = formatFamilyJson(readable);
      law(formatFamilyJson(parseFamilyJson(written, 'family.json')) === written, 'a recipe written twice is the same');
    },
  },
  {
    name: 'provd-conf',
    words: ['[general]\n', 'cache_plugin: True\n', 'rest_port: 8666\n', 'plugin_server = http://a\n', ': ', ' = '],
    check: (input) => void parseConfig(textOf(input), 'provd.conf'),
  },
  {
    name: 'server-config',
    words: [
      'data: x\n',
      'listen:\n',
      '  port: 1\n',
      '&a',
      '*a',
      '<<: *a\n',
      '!!js/function',
      '? ',
      '- ',
      '---\n',
      '{',
      '%',
    ],
    check: (input) => void parseConfig(textOf(input), 'lockstep.yaml'),
  },
];

function processWords(): string[] {
  return [
    '"rootActivity":{"type":"graph","name":"","edges":[],"children":[]}',
    '"children":[',
    '"edges":[{"to":"a","type":"ALWAYS"}]',
    '"pluginName":"Fleet Tools",',
    '"pluginVersion":1,',
    '"commandName":"Push Config",',
    '"properties":{"host":"${p:a/b}"}',
    '"components":[',
    '"componentTemplate":{',
    '"genericProcesses":[',
    '"__proto__":{"a":1},',
    '1.50',
    '12345678901234567890',
  ];
}

/** What an export holds is written back the same; and an upgrade of it can be planned, applied and undone. */
function checkProcess(input: Uint8Array): void {
  const text = textOf(input);
  const { shape, processes, problems } = readExport(text, 'export.json');
  placesInside(text, problems);
  const written = formatJson(
    fillExport(
      shape,
      processes.map(({ document }) => document),
    ),
  );
  law(sameJson(parseJson(written, 'again'), parseJson(text, 'export.json')), 'an export written back is the same');
  for (const { document, kind, owner, name } of processes) {
    const stored = formatDocument(document);
    law(formatDocument(parseDocument(stored)) === stored, 'a stored document is read and written the same');
    law(diffProcesses(document, parseDocument(stored)).same, 'a document does not differ from itself');
    checkGraph(document);
    const source = { id: '1', name, kind, owner, version: 1, document };
    const plan = planProcess(upgrade, source);
    if (!plan) continue;
    law(JSON.stringify(plan).length < 100 * stored.length + 100_000, 'a plan is not much larger than its process');
    try {
      const applied = applyToDocument(upgrade, plan, document, {});
      const undone = undoDocument({
        processId: '1',
        before: document,
        applied: applied.document,
        current: applied.document,
      });
      law(undone.kind !== 'conflict', 'what nobody edited is undone');
      law(sameJson(undone.document, document), 'undo gives back what was there');
    } catch (error) {
      if (!(error instanceof LockstepError)) throw error;
    }
  }
}

/** The order is total: antisymmetric and transitive on every three lines. */
function checkVersions(input: Uint8Array): void {
  const versions = textOf(input.subarray(0, 100_000)).split('\n').slice(0, 8);
  const order = versions.map((a) => versions.map((b) => Math.sign(compareVersions(a, b))));
  for (const [a, version] of versions.entries()) {
    isVersion(version);
    law(order[a]![a] === 0, `${version} is itself`);
    for (const b of versions.keys()) {
      law(order[a]![b] === -order[b]![a]!, `${version} and ${versions[b]} agree`);
      for (const c of versions.keys()) {
        const inOrder = order[a]![b]! > 0 || order[b]![c]! > 0 || order[a]![c]! <= 0;
        law(inOrder, `${version}, ${versions[b]}, ${versions[c]} are in order`);
      }
    }
  }
}
