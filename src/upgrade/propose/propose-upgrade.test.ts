import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type PluginDefinition,
  type PropertyDefinition,
  parsePluginXml,
  parseUpgradeXml,
  validateXml,
} from '../../plugin/index.ts';
import { lintPlugin } from '../lint/index.ts';
import { fixUpgrade, proposeUpgrade } from './index.ts';

const definition = (version: number, steps: string): PluginDefinition =>
  parsePluginXml(
    `<plugin xmlns="http://www.urbancode.com/PluginXMLSchema_v1"><header><identifier id="org.example.mail" name="Mail" version="${version}"/></header>${steps}</plugin>`,
    'plugin.xml',
  ).definition;
const step = (name: string, properties = '', description = '') =>
  `<step-type name="${name}"><description>${description}</description><properties>${properties}</properties><command program="x"/></step-type>`;
const property = (name: string, rest = '', type = 'textBox') =>
  `<property name="${name}"><property-ui type="${type}" label="${name}" ${rest}/></property>`;

const old = definition(
  1,
  step('Send mail', property('to') + property('subject', 'default-value="Hello"') + property('bodytext')) +
    step('Fetch mail', property('host')) +
    step('Delete all', property('really')),
);
const now = definition(
  2,
  step('Send Mail', property('to') + property('subject', 'default-value="Hi &amp; bye"') + property('bodyText')) +
    step('Fetch mail', property('hostName') + property('port', 'default-value="143"')) +
    step('Count', property('folder')),
);

const lintErrors = (xml: string, previous: PluginDefinition, next: PluginDefinition) =>
  lintPlugin({ definition: next, previous, upgradeFile: parseUpgradeXml(xml, 'upgrade.xml').upgradeFile });

describe('proposing an upgrade file', () => {
  it('writes a complete block: kept, renamed and new, with what only looks so as a guess to confirm', () => {
    const { xml, guesses } = proposeUpgrade(old, now);
    expect(xml.replace(/ *<!-- GUESS.*-->\n/g, '')).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<plugin-upgrade xmlns="http://www.urbancode.com/UpgradeXMLSchema_v1">
  <migrate to-version="2">
    <migrate-command name="Send Mail" old="Send mail">
      <migrate-properties>
        <migrate-property name="subject" default="Hi &amp; bye"/>
        <migrate-property name="bodyText" old="bodytext"/>
      </migrate-properties>
    </migrate-command>
    <migrate-command name="Fetch mail">
      <migrate-properties>
        <migrate-property name="hostName" old="host"/>
        <migrate-property name="port" default="143"/>
      </migrate-properties>
    </migrate-command>
    <migrate-command name="Count" old="Delete all">
      <migrate-properties>
        <migrate-property name="folder" old="really"/>
      </migrate-properties>
    </migrate-command>
  </migrate>
</plugin-upgrade>
`);
    expect(guesses.map(({ kind, from, to }) => [kind, from, to])).toEqual([
      ['step-renamed', 'Send mail', 'Send Mail'],
      ['default-changed', 'Hello', 'Hi & bye'],
      ['property-renamed', 'bodytext', 'bodyText'],
      ['property-renamed', 'host', 'hostName'],
      ['step-renamed', 'Delete all', 'Count'],
      ['property-renamed', 'really', 'folder'],
    ]);
    expect(xml.match(/<!-- GUESS, please confirm: /g)).toHaveLength(6);
  });

  it('is clean by our own linter and valid by our own schema', async () => {
    const { xml } = proposeUpgrade(old, now);
    expect(lintErrors(xml, old, now)).toEqual([]);
    expect(await validateXml('upgrade', xml, 'upgrade.xml')).toEqual([]);
  });

  it('[PROP-7] never moves a secret to where it would be shown', () => {
    const secret = definition(1, step('S', property('password', '', 'secureBox')));
    const plain = definition(2, step('S', property('passwort')));
    expect(proposeUpgrade(secret, plain).xml).not.toContain('old=');
  });

  it('keeps comments well-formed whatever the names are', () => {
    const a = definition(1, step('S', property('x--y-')));
    const b = definition(2, step('S', property('x--y--')));
    const { xml, guesses } = proposeUpgrade(a, b);
    expect(guesses).toHaveLength(1);
    expect(parseUpgradeXml(xml, 'upgrade.xml').upgradeFile.blocks[0]?.commands[0]?.properties[0]?.old).toBe('x--y-');
  });
});

describe('writing into an existing file', () => {
  const existing = `\ufeff<?xml version='1.0'?>\r\n<!-- ours -->\r\n<u:plugin-upgrade  xmlns:u="http://www.urbancode.com/UpgradeXMLSchema_v1">\r\n\t<u:migrate to-version='2' >\r\n\t\t<u:migrate-command   name="Fetch mail"/><!-- keep me -->\r\n\t</u:migrate>\r\n\t<u:migrate to-version="9"/>\r\n</u:plugin-upgrade>`;

  it('keeps every byte of the rest, its prefix, indentation and line ends', () => {
    const { text, changes } = fixUpgrade(old, old, { text: existing, file: 'upgrade.xml' });
    expect([text, changes]).toEqual([existing, []]);

    const { xml } = proposeUpgrade(old, now, { text: existing, file: 'upgrade.xml' });
    const kept = xml.split('\r\n').filter((line) => existing.split('\r\n').includes(line));
    expect(kept.filter((line) => !line.includes("to-version='2'"))).toHaveLength(6);
    expect(xml).toContain(
      '\r\n\t\t<u:migrate-command   name="Fetch mail">\r\n\t\t\t<u:migrate-properties>\r\n\t\t\t\t<!-- GUESS',
    );
    expect(xml).toContain('</u:migrate-command><!-- keep me -->');
    expect(xml.replace(/\r\n/g, '')).not.toMatch(/[\r\n]/);
    expect(lintErrors(xml, old, now).map(({ code }) => code)).toEqual(['block-above-version']);
  });

  it('adds a block behind the last lower one', () => {
    const text = '<plugin-upgrade>\n    <migrate to-version="1"/>\n    <migrate to-version="7"/>\n</plugin-upgrade>\n';
    const { xml } = proposeUpgrade(old, now, { text, file: 'upgrade.xml' });
    expect(xml).toMatch(/^<plugin-upgrade>\n {4}<migrate to-version="1"\/>\n {4}<migrate to-version="2">\n {8}</);
    expect(xml.endsWith('</migrate>\n    <migrate to-version="7"/>\n</plugin-upgrade>\n')).toBe(true);
  });

  it('--fix writes what is certain and leaves what only looks so to its author', () => {
    const text = `<plugin-upgrade>\n  <migrate to-version="2">\n    <migrate-command name="fetch Mail"/>\n  </migrate>\n</plugin-upgrade>\n`;
    const fixed = fixUpgrade(now, old, { text, file: 'upgrade.xml' });
    expect(fixed.text).toContain('<migrate-command name="Fetch mail">');
    expect(fixed.text).toContain('<migrate-property name="port" default="143"/>');
    expect(fixed.text).toContain('old="bodytext"');
    expect(fixed.text).not.toContain('old="host"');
    expect(fixed.text).toContain('<migrate-property name="subject" default="Hi &amp; bye"/>');
    expect(fixed.text).not.toContain('<!--');
    expect(lintErrors(fixed.text, old, now).map(({ code, severity }) => `${severity} ${code}`)).toEqual([
      'warning step-renamed',
      'warning property-renamed',
    ]);
    expect(fixUpgrade(now, old, { text: fixed.text, file: 'upgrade.xml' })).toMatchObject({
      text: fixed.text,
      changes: [],
    });
  });

  it('[PROP-2] a default that changed with its name is written into the line that renames it', () => {
    const before = definition(1, step('Fetch mail', property('host', 'default-value="a"')));
    const after = definition(2, step('Fetch mail', property('server', 'default-value="b"')));
    const text = `<plugin-upgrade>\n  <migrate to-version="2">\n    <migrate-command name="Fetch mail"><migrate-properties>\n      <migrate-property name="server" old="host"/>\n    </migrate-properties></migrate-command>\n  </migrate>\n</plugin-upgrade>`;
    const written = text.replace('<migrate-property', '<migrate-property default="b"');
    expect(lintErrors(text, before, after)).toMatchObject([
      { code: 'default-changed', hint: 'Write <migrate-property name="server" old="host" default="b"/>.' },
    ]);
    expect(fixUpgrade(after, before, { text, file: 'upgrade.xml' }).text).toBe(written);
    expect(lintErrors(written, before, after)).toEqual([]);
  });

  it('[CHAIN-3] --fix writes no block for a version that changes scripts alone', () => {
    const text = '<plugin-upgrade>\n</plugin-upgrade>';
    const fixed = fixUpgrade({ ...old, version: 2 }, old, { text, file: 'upgrade.xml' });
    expect([fixed.text, fixed.changes]).toEqual([text, []]);
  });

  it('[CHAIN-2] writes into each piece of a block that stands in two', () => {
    const text = `<plugin-upgrade>
  <migrate to-version="2"><migrate-command name="Send Mail" old="Send mail"/></migrate>
  <migrate to-version="2"><migrate-command name="fetch mail"/></migrate>
</plugin-upgrade>`;
    const { xml } = proposeUpgrade(old, now, { text, file: 'upgrade.xml' });
    expect(xml).toMatch(/<migrate-command name="Send Mail" old="Send mail">\s+<migrate-properties>/);
    expect(xml).toMatch(/<migrate-command name="Fetch mail">\s+<migrate-properties>/);
    expect(lintErrors(xml, old, now).filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  it('completes the blocks between two versions too', () => {
    const later = { ...now, version: 4 };
    const text = '<plugin-upgrade>\n  <migrate to-version="3"/>\n</plugin-upgrade>';
    const { xml } = proposeUpgrade(old, later, { text, file: 'upgrade.xml' });
    expect(xml).toContain('<migrate to-version="3">\n    <migrate-command name="Fetch mail"/>\n  </migrate>');
    expect(lintErrors(xml, old, later).filter(({ code }) => code === 'step-not-listed')).toEqual([]);
  });
});

const names = fc.constantFrom(
  'host',
  'Host',
  'hostname',
  'port',
  'user',
  'userName',
  'a&b',
  '<x>',
  'say "hi"',
  'path--to',
  'zone',
);
const properties = fc.uniqueArray(
  fc.record({
    name: names,
    type: fc.constantFrom('textBox', 'textAreaBox', 'secureBox', 'checkBox') as fc.Arbitrary<
      PropertyDefinition['type']
    >,
    defaultValue: fc.constantFrom(null, '', 'x', '${p:y}', 'a "b" & <c>\nd'),
    description: fc.constantFrom('', 'Where it is', 'Who you are'),
  }),
  { selector: ({ name }) => name, maxLength: 6 },
);
const at = { file: 'plugin.xml', line: 1, column: 1 };
const stepTypes = fc.uniqueArray(
  fc.record({
    name: fc.constantFrom('Start', 'start', 'Stop', 'Stop all', 'Restart', 'Deploy & "go"', 'Check', 'Check it'),
    properties: properties.map((list) =>
      list.map((one) => ({
        ...one,
        label: one.name,
        required: false,
        hidden: false,
        placeholder: '',
        choices: [],
        at,
      })),
    ),
    description: fc.constantFrom('', 'Starts it', 'Stops it'),
  }),
  { selector: ({ name }) => name, minLength: 1, maxLength: 6 },
);
const anyDefinition = (version: number) =>
  stepTypes.map(
    (steps): PluginDefinition => ({
      ...old,
      version,
      stepTypes: steps.map((one) => ({ ...one, postProcessing: null, command: null, roles: [], subTags: [], at })),
    }),
  );

/** What an upgrade file can cure. */
const curable = [
  ...['step-not-listed', 'block-empty', 'block-missing', 'step-letter-case', 'step-old-unknown'],
  ...['default-not-migrated', 'property-letter-case', 'property-old-unknown'],
];

describe('for any two definitions', () => {
  it('what is proposed has nothing left that a file could cure, and proposing again changes nothing', () => {
    fc.assert(
      fc.property(anyDefinition(4), anyDefinition(5), (a, b) => {
        const { xml, guesses } = proposeUpgrade(a, b);
        const left = lintErrors(xml, a, b);
        // what was left to its author is asked by the linter too
        const asked = guesses.filter(({ to }) => to === null).map(({ from }) => `"${from}"`);
        const renames = left.filter(
          ({ code, message }) =>
            ['step-renamed', 'property-renamed'].includes(code) && !asked.some((name) => message.startsWith(name)),
        );
        expect([...left.filter(({ code }) => curable.includes(code)), ...renames]).toEqual([]);
        expect(left.filter(({ code, severity }) => code === 'default-changed' && severity !== 'notice')).toEqual([]);
        expect(proposeUpgrade(a, b, { text: xml, file: 'upgrade.xml' }).xml).toBe(xml);
      }),
      { numRuns: 400 },
    );
  });

  it('[STEP-4] [PROP-5] whatever goes is named, by the proposal and by the linter, with and without a file', () => {
    const quoted = (name: string) => `"${name}"`;
    fc.assert(
      fc.property(
        anyDefinition(4),
        anyDefinition(5),
        fc.constantFrom('', '<migrate to-version="5"/>'),
        (a, b, blocks) => {
          const xml = `<plugin-upgrade>${blocks}</plugin-upgrade>`;
          const said = lintErrors(xml, a, b)
            .map(({ message }) => message)
            .join('\n');
          const guessed = proposeUpgrade(a, b).guesses.map(({ from, stepType }) => [from, stepType]);
          for (const before of a.stepTypes) {
            const after = b.stepTypes.find(({ name }) => name === before.name);
            if (!after) {
              expect(said).toContain(quoted(before.name));
              expect(guessed).toContainEqual([before.name, expect.any(String)]);
              continue;
            }
            for (const { name } of before.properties) {
              if (after.properties.some((property) => property.name === name)) continue;
              expect(said).toContain(quoted(name));
              expect(guessed).toContainEqual([name, after.name]);
            }
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  it('what is fixed has no error left that a fix is for, and fixing again changes nothing', () => {
    fc.assert(
      fc.property(
        anyDefinition(4),
        anyDefinition(5),
        fc.constantFrom('', '<migrate to-version="5"/>'),
        (a, b, blocks) => {
          const existing = { text: `<plugin-upgrade>${blocks}</plugin-upgrade>`, file: 'upgrade.xml' };
          const { text } = fixUpgrade(b, a, existing);
          expect(lintErrors(text, a, b).filter(({ code }) => curable.includes(code))).toEqual([]);
          expect(fixUpgrade(b, a, { ...existing, text }).text).toBe(text);
        },
      ),
      { numRuns: 300 },
    );
  });
});
