import { describe, expect, it } from 'vitest';
import { LockstepError } from '../failure/index.ts';
import { checkInfoXml, parsePluginXml } from './index.ts';

const complete = `\ufeff<?xml version="1.0" encoding="UTF-8"?>
<plugin xmlns="http://www.urbancode.com/PluginXMLSchema_v1" xmlns:server="http://www.urbancode.com/PluginServerXMLSchema_v1">
  <header>
    <identifier version="4" name="Lamp" id="org.example.lamp"/>
    <description>
      Turns lamps
      on and off.
    </description>
    <tag>Home/Lamps</tag>
    <server:plugin-type>Automation</server:plugin-type>
    <server:required-server-version>6.0.1.0</server:required-server-version>
    <server:dependencies><server:dependency plugin-id="org.example.room" min-version="2"/></server:dependencies>
  </header>
  <step-type name="Switch">
    <post-processing><![CDATA[ if (a < b) { properties.put("Status", "Success"); } ]]></post-processing>
    <description>Switches one lamp.</description>
    <properties>
      <property name="lamp" required="true">
        <server:property-ui description="Which" label="Lamp" type="textBox"/>
      </property>
      <property name="colour">
        <property-ui type="selectBox" label="Colour" default-value="warm" hidden="true" placeholder="pick one"/>
        <value label="Warm white">warm</value>
        <value>cold</value>
      </property>
      <property name="pin"><property-ui type="secureBox" label="Pin" default-value=""/></property>
    </properties>
    <command program="\${GROOVY_HOME}/bin/groovy">
      <arg value="-cp"/>
      <arg path="classes:lib/a.jar"/>
      <arg file="switch.groovy"/>
    </command>
    <server:role>LampRole</server:role>
    <server:sub-tag>Light</server:sub-tag>
  </step-type>
  <server:property-group name="LampRole" type="ResourceRole">
    <server:property name="socket"><server:property-ui type="textBox" label="Socket"/></server:property>
  </server:property-group>
</plugin>
`;

const plugin = (header: string, steps = ''): string =>
  `<plugin xmlns="http://www.urbancode.com/PluginXMLSchema_v1">\n  <header>\n    ${header}\n  </header>\n  ${steps}\n</plugin>`;
const identifier = '<identifier id="a" name="A" version="1"/>';
const step = (name: string, properties = '') =>
  `<step-type name="${name}"><properties>${properties}</properties><command program="x"/></step-type>`;

describe('a plugin.xml', () => {
  const { definition, problems } = parsePluginXml(complete, 'plugin.xml');

  it('is read into the whole model, whatever prefixes and order it has', () => {
    expect(problems).toEqual([]);
    expect(definition).toMatchObject({
      id: 'org.example.lamp',
      name: 'Lamp',
      version: 4,
      description: 'Turns lamps on and off.',
      tag: 'Home/Lamps',
      pluginType: 'Automation',
      requiredServerVersion: '6.0.1.0',
      dependencies: [{ pluginId: 'org.example.room', minVersion: '2' }],
    });
    expect(definition.stepTypes[0]).toMatchObject({
      name: 'Switch',
      description: 'Switches one lamp.',
      postProcessing: ' if (a < b) { properties.put("Status", "Success"); } ',
      command: {
        program: '${GROOVY_HOME}/bin/groovy',
        args: [
          { kind: 'value', text: '-cp' },
          { kind: 'path', text: 'classes:lib/a.jar' },
          { kind: 'file', text: 'switch.groovy' },
        ],
      },
      roles: ['LampRole'],
      subTags: ['Light'],
    });
    expect(definition.stepTypes[0]?.properties).toMatchObject([
      { name: 'lamp', required: true, type: 'textBox', label: 'Lamp', defaultValue: null, hidden: false, choices: [] },
      {
        name: 'colour',
        required: false,
        type: 'selectBox',
        defaultValue: 'warm',
        hidden: true,
        placeholder: 'pick one',
        choices: [
          { label: 'Warm white', value: 'warm' },
          { label: 'cold', value: 'cold' },
        ],
      },
      { name: 'pin', type: 'secureBox', defaultValue: '' },
    ]);
    expect(definition.propertyGroups).toMatchObject([
      { name: 'LampRole', type: 'ResourceRole', properties: [{ name: 'socket' }] },
    ]);
  });

  it('knows the place of everything that a finding may point at', () => {
    expect(definition.versionAt).toEqual({ file: 'plugin.xml', line: 4, column: 17 });
    expect(definition.stepTypes[0]?.nameAt).toEqual({ file: 'plugin.xml', line: 14, column: 14 });
    const [, colour] = definition.stepTypes[0]!.properties;
    expect(colour?.at).toEqual({ file: 'plugin.xml', line: 21, column: 7 });
    expect(colour?.typeAt).toEqual({ file: 'plugin.xml', line: 22, column: 22 });
    expect(colour?.defaultAt).toEqual({ file: 'plugin.xml', line: 22, column: 54 });
  });

  it('is the same with CRLF, without a declaration and without a byte order mark', () => {
    const bare = complete.replace('\ufeff<?xml version="1.0" encoding="UTF-8"?>', '');
    const withCrlf = parsePluginXml(complete.replace(/\n/g, '\r\n'), 'plugin.xml').definition;
    expect(withCrlf).toEqual(definition);
    expect(parsePluginXml(bare, 'plugin.xml').definition.stepTypes).toEqual(definition.stepTypes);
  });

  const faults: readonly (readonly [string, string, string, string])[] = [
    ['another first element', '<plugin-upgrade/>', '1:1', 'starts with <plugin>'],
    ['no header', '<plugin/>', '1:1', 'has no <header>'],
    ['no identifier', plugin(''), '2:3', 'has no <identifier>'],
    ['no id', plugin('<identifier name="A" version="1"/>'), '3:5', '<identifier> has no id'],
    ['an id that no folder can have', plugin('<identifier id="a:b" name="A" version="1"/>'), '3:17', '"a:b" cannot be'],
    ['an empty name', plugin('<identifier id="a" name=" " version="1"/>'), '3:24', 'has no name'],
    [
      'a version that is no number',
      plugin('<identifier id="a" name="A" version="1.5"/>'),
      '3:33',
      'version="1.5" is not a whole',
    ],
    [
      'a token that the build left',
      plugin('<identifier id="a" name="A" version="@API_VERSION@"/>'),
      '3:33',
      'a token that the build did not replace',
    ],
    ['a step type without a name', plugin(identifier, '<step-type/>'), '5:3', '<step-type> has no name'],
    ['a step type with a slash', plugin(identifier, step('a/b')), '5:14', '"a/b" has a "/" in its name'],
    [
      'two step types of one name',
      plugin(identifier, `${step('S')}\n${step('S')}`),
      '6:12',
      '"S" stands twice; the first is in line 5',
    ],
  ];

  it.each(faults)('[DO-9] with %s is one error with its place', (_title, text, place, message) => {
    const error = caught(() => parsePluginXml(text, 'plugin.xml'));
    expect(error.code).toBe('plugin-not-valid');
    expect(`${error.where?.line}:${error.where?.column}`).toBe(place);
    expect(error.message).toContain(message);
  });

  it('of a source folder may hold the token; the version is then unknown and said so', () => {
    const text = plugin('<identifier id="a" name="A" version="@V@"/>');
    const reading = parsePluginXml(text, 'plugin.xml', { tokens: 'warn' });
    expect(reading.definition).toMatchObject({ version: 0, versionToken: '@V@' });
    expect(reading.problems).toMatchObject([{ code: 'token-not-replaced', where: { line: 3, column: 33 } }]);
  });

  it('that can be lived with is read, with a problem for each oddity', () => {
    const ui = (type: string) => `<property-ui type="${type}" label="x"/>`;
    const properties = `<property name="p">${ui('textbox')}</property>\n<property name="p">${ui('textBox')}</property>\n<property name="q">${ui('slider')}</property>\n<thing/>`;
    const text = plugin(identifier, step('S', properties)).replace(
      'http://www.urbancode.com/PluginXMLSchema_v1',
      'PluginXMLSchema_v1',
    );
    const { definition: odd, problems: said } = parsePluginXml(text, 'plugin.xml');
    expect(odd.stepTypes[0]?.properties.map(({ name, type }) => [name, type])).toEqual([
      ['p', 'textBox'],
      ['q', 'textBox'],
    ]);
    expect(said.map(({ code, where }) => [code, where?.line])).toEqual([
      ['namespace-unusual', 1],
      ['element-unknown', 8],
      ['property-type-unknown', 5],
      ['property-twice', 6],
      ['property-type-unknown', 7],
    ]);
  });

  it('with merge markers in a comment can be read, with a warning', () => {
    const text = plugin(identifier, '<!--\n<<<<<<< HEAD\n=======\n>>>>>>> topic\n-->');
    expect(parsePluginXml(text, 'plugin.xml').problems).toMatchObject([{ code: 'merge-markers', where: { line: 6 } }]);
  });
});

describe('an info.xml', () => {
  it('may be nearly empty, but not be another file', () => {
    expect(checkInfoXml('<pluginInfo/>', 'info.xml').problems).toEqual([]);
    expect(caught(() => checkInfoXml('<plugin/>', 'info.xml')).message).toContain('starts with <pluginInfo>');
  });
});

function caught(action: () => unknown): LockstepError {
  try {
    action();
  } catch (error) {
    if (error instanceof LockstepError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
