import { describe, expect, it } from 'vitest';
import { LockstepError, type Place, type Problem } from '../../failure/index.ts';
import { parsePluginXml, parseUpgradeXml } from '../../plugin/index.ts';
import { findingCodes, formatFindings, formatSarif, lintPlugin } from './index.ts';

interface Versions {
  /** Step types of the version before; null: there is none. */
  readonly old: string | null;
  readonly now: string;
  /** Blocks of upgrade.xml; null: there is no file. */
  readonly blocks: string | null;
  readonly from?: string;
  readonly to?: string;
}

/** The texts that were read last, by file name: a finding's place is checked by what stands there. */
const texts = new Map<string, string>();

function read(file: string, text: string): string {
  texts.set(file, text);
  return text;
}

const definition = (steps: string, version: string, file: string, id = 'org.example.lamp') =>
  parsePluginXml(
    read(
      file,
      `<plugin xmlns="http://www.urbancode.com/PluginXMLSchema_v1"><header><identifier id="${id}" name="Lamp" version="${version}"/></header>\n${steps}\n</plugin>`,
    ),
    file,
    { tokens: 'warn' },
  ).definition;

function found({ old, now, blocks, from = '1', to = '2' }: Versions): Problem[] {
  return lintPlugin({
    definition: definition(now, to, 'plugin.xml'),
    previous: old === null ? null : definition(old, from, 'old.xml'),
    upgradeFile:
      blocks === null
        ? null
        : parseUpgradeXml(
            read(
              'upgrade.xml',
              `<plugin-upgrade xmlns="http://www.urbancode.com/UpgradeXMLSchema_v1">\n${blocks}\n</plugin-upgrade>`,
            ),
            'upgrade.xml',
          ).upgradeFile,
  });
}

const brief = (problems: readonly Problem[]) =>
  problems.map(({ code, severity, where }) => `${where?.file} ${where && textAt(where)} ${severity} ${code}`);

/** The start tag's name or the whole attribute that stands at a place. */
function textAt({ file, line, column }: Place): string {
  const rest =
    texts
      .get(file)
      ?.split('\n')
      [line - 1]?.slice(column - 1) ?? '';
  return rest.match(/^(<[\w-]+( (name|to-version)="[^"]*")?|[\w-]+="[^"]*")/)?.[0] ?? rest.slice(0, 20);
}

const ui = (type: string, rest = '') => `<property-ui type="${type}" ${rest}/>`;
const property = (name: string, { type = 'textBox', rest = '', required = '', values = '' } = {}) =>
  `<property name="${name}"${required}>${ui(type, rest)}${values}</property>`;
const step = (name: string, ...properties: string[]) =>
  `<step-type name="${name}"><properties>${properties.join('')}</properties><command program="x"/></step-type>`;
const block = (commands: string, version = 2) => `<migrate to-version="${version}">${commands}</migrate>`;
const command = (name: string, properties = '', old = '') =>
  `<migrate-command name="${name}"${old && ` old="${old}"`}>${properties && `<migrate-properties>${properties}</migrate-properties>`}</migrate-command>`;

const A = step('Light on');
const B = step('Read meter');

const grid: readonly (readonly [string, Versions, readonly string[]])[] = [
  // nothing is wrong
  [
    '[STEP-1] a block that lists every step type',
    { old: A + B, now: A + B, blocks: block(command('Light on') + command('Read meter')) },
    [],
  ],
  ['[CHAIN-3] no file and the same step types', { old: A, now: A, blocks: null }, []],
  ['[CHAIN-3] a file without a block and the same step types', { old: A, now: A, blocks: '', to: '3' }, []],
  [
    '[STEP-2] a rename that is told',
    { old: step('Light'), now: A, blocks: block(command('Light on', '', 'Light')) },
    [],
  ],
  ['[STEP-3] a new step type', { old: A, now: A + B, blocks: block(command('Light on')) }, []],
  [
    '[PROP-1] two properties that swap names',
    {
      old: step('Light on', property('a'), property('b')),
      now: step('Light on', property('a'), property('b')),
      blocks: block(command('Light on', '<migrate-property name="a" old="b"/><migrate-property name="b" old="a"/>')),
    },
    [],
  ],
  [
    '[PROP-2] a default that changes in both files, and one that stays',
    {
      old: step('Light on', property('a', { rest: 'default-value="1"' }), property('b', { rest: 'default-value="x"' })),
      now: step('Light on', property('a', { rest: 'default-value="2"' }), property('b', { rest: 'default-value="x"' })),
      blocks: block(command('Light on', '<migrate-property name="a" default="2"/>')),
    },
    [],
  ],
  [
    'expressions that a run reads, one inside another, and those of a shell',
    {
      old: null,
      now: step(
        'Light on',
        ...['${p:a}', '${p?:b/c}', '${agent:HOME}', '${HOME}', '${p:x/${p:y}}', '${A:-b} {c} $d', '${env/X}'].map(
          (value, index) => property(`p${index}`, { rest: `default-value="${value}"` }),
        ),
      ),
      blocks: null,
    },
    [],
  ],
  [
    '[CHAIN-1] a step type that a block of the hop renames and the next carries on',
    {
      old: step('Start Scan'),
      now: step('Start App Scan'),
      blocks: block(command('Start Scan'), 5) + block(command('Start App Scan', '', 'Start Scan'), 6),
      from: '4',
      to: '6',
    },
    [],
  ],
  [
    '[PROP-1] [PROP-2] a property that is renamed with another default',
    {
      old: step('Light on', property('lamp', { rest: 'default-value="a"' })),
      now: step('Light on', property('lampName', { rest: 'default-value="b"' })),
      blocks: block(command('Light on', '<migrate-property name="lampName" old="lamp" default="b"/>')),
    },
    [],
  ],
  [
    '[PROP-4] a new property whose default is migrated, and to another value [PROP-6]',
    {
      old: A,
      now: step('Light on', property('zoom', { rest: 'default-value="1"' })),
      blocks: block(command('Light on', '<migrate-property name="zoom" default="2"/>')),
    },
    [],
  ],
  [
    '[CHAIN-1] a rename over two blocks of one hop',
    {
      old: step('Light'),
      now: A,
      blocks: block(command('Lamp', '', 'Light'), 2) + block(command('Light on', '', 'Lamp'), 3),
      to: '3',
    },
    [],
  ],

  // whatever goes is named
  [
    '[STEP-4] a step type that was deleted',
    { old: A + B, now: A, blocks: block(command('Light on')) },
    ['upgrade.xml <migrate to-version="2" warning step-removed'],
  ],
  [
    '[STEP-4] a step type that was deleted while a wholly other one came',
    {
      old: A + step('Zoom', property('scale', { type: 'selectBox', values: '<value label="1">1</value>' })),
      now: A + step('Ticket', property('project'), property('text', { type: 'textAreaBox' }), property('person')),
      blocks: block(command('Light on')),
    },
    ['upgrade.xml <migrate to-version="2" warning step-removed'],
  ],
  [
    '[PROP-5] a property that was deleted',
    { old: step('Light on', property('zoom')), now: A, blocks: block(command('Light on')) },
    ['upgrade.xml <migrate-command name="Light on" notice property-removed'],
  ],
  [
    '[PROP-5] a property that was deleted while one of another kind came',
    {
      old: step('Light on', property('zoom', { type: 'checkBox' })),
      now: step('Light on', property('text', { type: 'textAreaBox' })),
      blocks: block(command('Light on')),
    },
    ['upgrade.xml <migrate-command name="Light on" warning property-removed'],
  ],
  [
    '[PROP-5] a property that the file removes on purpose',
    {
      old: step('Light on', property('zoom')),
      now: step('Light on', property('scale')),
      blocks: block(
        '<migrate-command name="Light on"><remove-properties><remove-property name="zoom"/></remove-properties></migrate-command>',
      ),
    },
    ['upgrade.xml <migrate-command name="Light on" notice property-removed'],
  ],
  [
    '[PROP-1] one property that went and one that came, whatever the words, also where it is given a default',
    {
      old: step('Light on', property('who', { rest: 'default-value="world"' })),
      now: step('Light on', property('person', { rest: 'default-value="world"' })),
      blocks: block(command('Light on', '<migrate-property name="person" default="world"/>')),
    },
    ['upgrade.xml <migrate-property name="person" warning property-renamed'],
  ],
  [
    '[STEP-2] one step type that went and one that came, whatever the words',
    {
      old: step('Greet', property('who')),
      now: step('Say Hello', property('person')),
      blocks: block(''),
    },
    ['plugin.xml name="Say Hello" warning step-renamed'],
  ],
  [
    '[PROP-1] two old names that meet in one new name',
    {
      old: step('Light on', property('host'), property('server')),
      now: step('Light on', property('address')),
      blocks: block(
        command(
          'Light on',
          '<migrate-property name="address" old="host"/><migrate-property name="address" old="server"/>',
        ),
      ),
    },
    ['upgrade.xml old="server" warning properties-meet'],
  ],
  [
    '[PROP-1] an old name that moves onto one that is there',
    {
      old: step('Light on', property('host'), property('server')),
      now: step('Light on', property('server')),
      blocks: block(command('Light on', '<migrate-property name="server" old="host"/>')),
    },
    ['upgrade.xml old="host" warning properties-meet'],
  ],
  [
    '[PROP-1] one old name for two new names',
    {
      old: step('Light on', property('range')),
      now: step('Light on', property('from'), property('to')),
      blocks: block(
        command('Light on', '<migrate-property name="from" old="range"/><migrate-property name="to" old="range"/>'),
      ),
    },
    ['upgrade.xml old="range" warning property-parts'],
  ],

  // earlier blocks of the hop
  [
    '[STEP-4] a step type that an earlier block loses although a later one carries it on',
    {
      old: step('Start Scan') + B,
      now: step('Start App Scan') + B,
      blocks:
        block(command('Read meter'), 5) + block(command('Start App Scan', '', 'Start Scan') + command('Read meter'), 6),
      from: '4',
      to: '6',
    },
    ['upgrade.xml <migrate to-version="5" error step-not-listed'],
  ],
  [
    '[STEP-4] an earlier block that is empty although a later one carries on',
    {
      old: step('Start Scan'),
      now: step('Start App Scan'),
      blocks: block('', 5) + block(command('Start App Scan', '', 'Start Scan'), 6),
      from: '4',
      to: '6',
    },
    ['upgrade.xml <migrate to-version="5" error block-empty'],
  ],
  [
    'a step type in the wrong letter case in an earlier block',
    {
      old: A,
      now: A,
      blocks: block(command('light ON'), 5) + block(command('Light on'), 6),
      from: '4',
      to: '6',
    },
    ['upgrade.xml name="light ON" error step-letter-case'],
  ],
  [
    'commands of an earlier block for step types that no version has',
    {
      old: A,
      now: A,
      blocks: block(command('Light on') + command('Pasted name'), 5) + block(command('Light on'), 6),
      from: '4',
      to: '6',
    },
    ['upgrade.xml name="Pasted name" warning step-unknown'],
  ],
  [
    'a line of an earlier block for a property that no version has',
    {
      old: A,
      now: A,
      blocks:
        block(command('Light on', '<migrate-property name="ghost" default="1"/>'), 5) + block(command('Light on'), 6),
      from: '4',
      to: '6',
    },
    ['upgrade.xml name="ghost" warning property-unknown'],
  ],
  [
    'a line for a property that a new step type does not have',
    {
      old: A,
      now: A + B,
      blocks: block(command('Light on') + command('Read meter', '<migrate-property name="ghost" default="1"/>')),
    },
    ['upgrade.xml name="ghost" warning property-unknown'],
  ],

  // steps
  [
    '[STEP-4] a step type of both versions that the block omits',
    { old: A + B, now: A + B, blocks: block(command('Light on')) },
    ['upgrade.xml <migrate to-version="2" error step-not-listed'],
  ],
  [
    '[STEP-4] a block that lists nothing',
    { old: A + B, now: A + B, blocks: block('') },
    ['upgrade.xml <migrate to-version="2" error block-empty'],
  ],
  [
    '[CHAIN-3] no block though the step types changed',
    { old: A, now: A + B, blocks: '', to: '2' },
    ['plugin.xml version="2" error block-missing'],
  ],
  [
    '[CHAIN-3] no file though the step types changed',
    { old: A, now: A + B, blocks: null },
    ['plugin.xml version="2" error block-missing'],
  ],
  [
    'a step type in the wrong letter case in the file',
    { old: A, now: A, blocks: block(command('Light On')) },
    ['upgrade.xml name="Light On" error step-letter-case'],
  ],
  [
    'a step type that is renamed by letter case without old=',
    { old: step('Light On'), now: A, blocks: block(command('Light on')) },
    ['upgrade.xml <migrate-command name="Light on" error step-renamed'],
  ],
  [
    'a step type that looks renamed without old=',
    {
      old: step('Switch the light on', property('lamp'), property('room')),
      now: step('Switch a light on', property('lamp'), property('room')),
      blocks: block(''),
    },
    ['plugin.xml name="Switch a light on" warning step-renamed'],
  ],
  [
    'old= of a step type that never existed',
    { old: A, now: A, blocks: block(command('Light on') + command('Light on', '', 'Lihgt')) },
    ['upgrade.xml old="Lihgt" warning step-old-unknown'],
  ],
  [
    'old= of a step type that never existed, for one that is new',
    { old: A, now: A + B, blocks: block(command('Light on') + command('Read meter', '', 'Get meter')) },
    ['upgrade.xml old="Get meter" error step-old-unknown'],
  ],
  [
    'name= of a step type that nobody ever had',
    { old: A, now: A, blocks: block(command('Light on') + command('Hello World')) },
    ['upgrade.xml name="Hello World" warning step-unknown'],
  ],
  [
    'name= that the new definition lacks, for uses that exist',
    { old: A + B, now: A, blocks: block(command('Light on') + command('Read meter')) },
    ['upgrade.xml name="Read meter" error step-unknown'],
  ],
  [
    'a step type listed twice',
    { old: A, now: A, blocks: block(command('Light on') + command('Light on')) },
    ['upgrade.xml <migrate-command name="Light on" warning step-listed-twice'],
  ],

  // properties
  [
    'a property that looks renamed',
    {
      old: step('Light on', property('a'), property('folder'), property('z')),
      now: step('Light on', property('a'), property('folders'), property('z')),
      blocks: block(command('Light on')),
    },
    ['upgrade.xml <migrate-command name="Light on" warning property-renamed'],
  ],
  [
    'a property that is renamed by letter case',
    {
      old: step('Light on', property('tppurl')),
      now: step('Light on', property('tppURL')),
      blocks: block(command('Light on')),
    },
    ['upgrade.xml <migrate-command name="Light on" error property-renamed'],
  ],
  [
    'old= of a property that never existed: the value of the user is lost',
    {
      old: step('Light on', property('bulb')),
      now: step('Light on', property('bulb'), property('lamp')),
      blocks: block(command('Light on', '<migrate-property name="lamp" old="lampName" default="x"/>')),
    },
    ['upgrade.xml old="lampName" error property-old-unknown'],
  ],
  [
    'an old= that is repeated in a later block',
    {
      old: step('Light on', property('lamp')),
      now: step('Light on', property('lamp')),
      blocks: block(command('Light on', '<migrate-property name="lamp" old="bulb"/>')),
    },
    ['upgrade.xml old="bulb" warning property-old-unknown'],
  ],
  [
    'name= of a property that the new definition lacks',
    { old: A, now: A, blocks: block(command('Light on', '<migrate-property name="zoom" default="1"/>')) },
    ['upgrade.xml name="zoom" warning property-unknown'],
  ],
  [
    'name= of a property in the wrong letter case',
    {
      old: step('Light on', property('lamp')),
      now: step('Light on', property('lamp')),
      blocks: block(command('Light on', '<migrate-property name="Lamp" default="1"/>')),
    },
    ['upgrade.xml name="Lamp" error property-letter-case'],
  ],
  [
    '[PROP-4] a new property with a default but no migrate default',
    {
      old: A,
      now: step('Light on', property('zoom', { rest: 'default-value="1"' })),
      blocks: block(command('Light on')),
    },
    ['plugin.xml default-value="1" error default-not-migrated'],
  ],
  [
    '[PROP-3] a new required property without a default',
    {
      old: A,
      now: step('Light on', property('zoom', { required: ' required="true"' })),
      blocks: block(command('Light on')),
    },
    ['plugin.xml name="zoom" warning required-without-default'],
  ],
  [
    '[PROP-3] a property that became required',
    {
      old: step('Light on', property('zoom')),
      now: step('Light on', property('zoom', { required: ' required="true"' })),
      blocks: block(command('Light on')),
    },
    ['plugin.xml name="zoom" warning required-without-default'],
  ],
  [
    '[PROP-7] a secure property that becomes plain',
    {
      old: step('Light on', property('pin', { type: 'secureBox' })),
      now: step('Light on', property('pin')),
      blocks: block(command('Light on')),
    },
    ['plugin.xml type="textBox" error secure-becomes-plain'],
  ],
  [
    '[PROP-7] a secure property that becomes plain by a rename',
    {
      old: step('Light on', property('pin', { type: 'secureBox' })),
      now: step('Light on', property('code')),
      blocks: block(command('Light on', '<migrate-property name="code" old="pin"/>')),
    },
    ['plugin.xml type="textBox" error secure-becomes-plain'],
  ],
  [
    '[PROP-7] a choice that is removed',
    {
      old: step(
        'Light on',
        property('c', { type: 'selectBox', values: '<value label="A">a</value><value label="B">b</value>' }),
      ),
      now: step('Light on', property('c', { type: 'selectBox', values: '<value label="A">a</value>' })),
      blocks: block(command('Light on')),
    },
    ['plugin.xml name="c" warning choice-removed'],
  ],
  [
    '[PROP-7] a default of the file that the property does not take',
    {
      old: step('Light on'),
      now: step('Light on', property('on', { type: 'checkBox' }) + property('off', { type: 'checkBox' })),
      blocks: block(
        command(
          'Light on',
          '<migrate-property name="on" default="yes"/><migrate-property name="off" default="${p:x}"/>',
        ),
      ),
    },
    ['upgrade.xml default="yes" warning default-not-offered'],
  ],
  [
    '[PROP-8] a default of the file under a name in another Unicode form',
    {
      old: step('Light on'),
      now: step('Light on', property('gr\u00fcn', { type: 'checkBox' })),
      blocks: block(command('Light on', '<migrate-property name="gru\u0308n" default="yes"/>')),
    },
    [
      'upgrade.xml name="gru\u0308n" error property-letter-case',
      'upgrade.xml default="yes" warning default-not-offered',
    ],
  ],
  [
    '[PROP-2] a default that changes in plugin.xml alone',
    {
      old: step('Light on', property('zoom', { rest: 'default-value="1"' })),
      now: step('Light on', property('zoom', { rest: 'default-value="2"' })),
      blocks: block(command('Light on')),
    },
    ['plugin.xml default-value="2" warning default-changed'],
  ],
  [
    '[PROP-2] a default that is taken away in plugin.xml alone',
    {
      old: step('Light on', property('zoom', { rest: 'default-value="1"' })),
      now: step('Light on', property('zoom')),
      blocks: block(command('Light on')),
    },
    ['plugin.xml <property name="zoom" notice default-changed'],
  ],
  [
    '[PROP-3] a new required property whose default in the file is empty',
    {
      old: A,
      now: step('Light on', property('zoom', { required: ' required="true"', rest: 'default-value=""' })),
      blocks: block(command('Light on', '<migrate-property name="zoom" default=""/>')),
    },
    ['plugin.xml name="zoom" warning required-without-default'],
  ],
  [
    'a type that takes fewer values than before',
    {
      old: step('Light on', property('zoom')),
      now: step('Light on', property('zoom', { type: 'checkBox' })),
      blocks: block(command('Light on')),
    },
    ['plugin.xml type="checkBox" warning property-type-changed'],
  ],
  [
    'a type that takes every value of before',
    {
      old: step('Light on', property('zoom')),
      now: step('Light on', property('zoom', { type: 'textAreaBox' })),
      blocks: block(command('Light on')),
    },
    ['plugin.xml type="textAreaBox" notice property-type-changed'],
  ],
  [
    '[PROP-8] names that differ in Unicode form alone: a step type, its command and a property',
    {
      old: step('Caf\u00e9', property('gr\u00f6\u00dfe')),
      now: step('Cafe\u0301', property('gro\u0308\u00dfe')),
      blocks: block(command('Cafe\u0301', '', 'Caf\u00e9')),
    },
    ['upgrade.xml <migrate-command name="Cafe\u0301" error property-renamed'],
  ],
  [
    '[PROP-8] a command that misses its step type by Unicode form',
    { old: step('Caf\u00e9'), now: step('Caf\u00e9'), blocks: block(command('Cafe\u0301')) },
    ['upgrade.xml name="Cafe\u0301" error step-letter-case'],
  ],
  [
    'expressions in defaults of plugin.xml that no run can read',
    {
      old: null,
      now: step(
        'Light on',
        property('a', { rest: 'default-value="${p:?x/ip}"' }),
        property('b', { rest: 'default-value="x ${p:port"' }),
        property('c', { rest: 'default-value="${p:}"' }),
        property('d', { rest: 'default-value="${q:port}"' }),
      ),
      blocks: null,
    },
    [
      'plugin.xml default-value="${p:?x/ip}" warning expression-malformed',
      'plugin.xml default-value="x ${p:port" warning expression-malformed',
      'plugin.xml default-value="${p:}" warning expression-malformed',
      'plugin.xml default-value="${q:port}" notice expression-scope-unknown',
    ],
  ],
  [
    'an expression that the upgrade file would write into processes and no run can read',
    {
      old: A,
      now: step('Light on', property('zoom')),
      blocks: block(command('Light on', '<migrate-property name="zoom" default="${p:?x/ip}"/>')),
    },
    ['upgrade.xml default="${p:?x/ip}" error expression-malformed'],
  ],
  [
    'the same in a block that no use of the version before passes',
    {
      old: step('Light on', property('zoom')),
      now: step('Light on', property('zoom')),
      blocks:
        block(command('Light on', '<migrate-property name="zoom" default="${p:port"/>'), 1) +
        block(command('Light on')),
    },
    ['upgrade.xml default="${p:port" warning expression-malformed'],
  ],
  [
    'a default that is none of the choices',
    {
      old: null,
      now: step(
        'Light on',
        property('c', { type: 'selectBox', rest: 'default-value="x"', values: '<value label="A">a</value>' }),
      ),
      blocks: block(command('Light on')),
    },
    ['plugin.xml default-value="x" warning default-not-offered'],
  ],

  // versions
  [
    'a block above the version',
    { old: A, now: A, blocks: block(command('Light on')) + block('', 3) },
    ['upgrade.xml <migrate to-version="3" error block-above-version'],
  ],
  [
    'a version above the last block, with nothing to compare',
    { old: null, now: A, blocks: block(''), to: '5' },
    ['plugin.xml version="5" warning version-above-file'],
  ],
  [
    '[DO-7] a lower version',
    { old: A, now: A, blocks: null, from: '3' },
    ['plugin.xml version="2" error version-lowered'],
  ],
  [
    '[DO-1] the same version with other step types',
    { old: A, now: A + B, blocks: null, from: '2' },
    ['plugin.xml version="2" error version-not-raised'],
  ],
  [
    '[DO-1] the same version with the same step types',
    { old: A, now: A, blocks: null, from: '2' },
    ['plugin.xml version="2" notice version-not-raised'],
  ],
];

describe('linting a plugin against the version before', () => {
  it.each(grid)('%s', (_title, versions, expected) => {
    expect(brief(found(versions))).toEqual(expected);
  });

  it('[CHAIN-3] a file that cannot be read is one finding, and the definitions are compared all the same', () => {
    const error = new LockstepError('xml-not-well-formed', 'Broken.', {
      where: { file: 'broken.xml', line: 9, column: 1 },
    });
    const problems = lintPlugin({
      definition: definition(step('S', property('tppURL')), '2', 'plugin.xml'),
      previous: definition(step('S', property('tppurl')), '1', 'old.xml'),
      upgradeFile: error,
    });
    expect(brief(problems)).toEqual([
      'broken.xml  error xml-not-well-formed',
      'plugin.xml name="tppURL" error property-renamed',
    ]);
  });

  it('another plugin is not compared at all', () => {
    const problems = lintPlugin({
      definition: definition(A, '2', 'plugin.xml'),
      previous: definition(B, '1', 'old.xml', 'org.example.other'),
      upgradeFile: null,
    });
    expect(brief(problems)).toEqual(['plugin.xml <plugin error plugin-id-changed']);
  });

  it('a version that the build fills in is taken from the last block', () => {
    expect(
      brief(found({ old: A + B, now: A + B, blocks: block(command('Light on'), 7), from: '@V@', to: '@V@' })),
    ).toEqual(['upgrade.xml <migrate to-version="7" error step-not-listed']);
  });

  it('never repeats a secret default', () => {
    const problems = found({
      old: A,
      now: step('Light on', property('pin', { type: 'secureBox', rest: 'default-value="s3cret"' })),
      blocks: block(command('Light on')),
    });
    expect(problems.map(({ code }) => code)).toEqual(['default-not-migrated']);
    expect(JSON.stringify(problems)).not.toContain('s3cret');
  });

  it('every finding says what to do and has a documented code', () => {
    const all = grid.flatMap(([, versions]) => found(versions));
    for (const { code, hint, where } of all) {
      expect(findingCodes).toHaveProperty([code]);
      expect(hint).toBeTruthy();
      expect(where?.line).toBeGreaterThan(0);
    }
  });
});

describe('findings', () => {
  const problems = found({ old: A + B, now: A + B, blocks: block(command('Light on') + command('Hello')) });

  it('as text are one line each and a count', () => {
    expect(formatFindings(problems)).toBe(
      'upgrade.xml:2:1 error step-not-listed The block for version 2 does not list "Read meter", which both versions have: its uses would not be carried. → Add <migrate-command name="Read meter"/>.\n' +
        'upgrade.xml:2:93 warning step-unknown There is no step type "Hello"; this command does nothing. → Delete it.\n' +
        '1 error, 1 warning\n',
    );
    expect(formatFindings([])).toBe('No findings.\n');
  });

  it('as SARIF 2.1.0 have rules, levels, places and escaped paths', () => {
    const where = { file: './my plugin/upgrade.xml', line: 3, column: 5 };
    const log = formatSarif([{ code: 'block-empty', severity: 'notice', message: 'M.', where }, ...problems], {
      toolVersion: '9.9',
    });
    expect(log.version).toBe('2.1.0');
    const [run] = log.runs;
    expect(run.tool.driver.rules.map(({ id }) => id)).toEqual(['block-empty', 'step-not-listed', 'step-unknown']);
    expect(run.results[0]).toMatchObject({
      ruleId: 'block-empty',
      ruleIndex: 0,
      level: 'note',
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'my%20plugin/upgrade.xml' },
            region: { startLine: 3, startColumn: 5 },
          },
        },
      ],
    });
    for (const { ruleId, ruleIndex } of run.results) expect(run.tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
  });
});
