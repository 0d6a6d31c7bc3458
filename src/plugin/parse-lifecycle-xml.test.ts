import { describe, expect, it } from 'vitest';
import { parseLifecycleXml, parsePluginXml, validateXml } from './index.ts';

const { definition } = parsePluginXml(
  `<plugin xmlns="http://www.urbancode.com/PluginXMLSchema_v1"><header><identifier id="org.old" name="Old" version="3"/></header>
<step-type name="Copy"><properties><property name="host"><property-ui type="textBox"/></property><property name="node"><property-ui type="textBox"/></property></properties><command program="sh"/></step-type>
<step-type name="Push"><command program="sh"/></step-type></plugin>`,
  'plugin.xml',
);

const file = (inside: string, attributes = '') =>
  `<lifecycle xmlns="urn:lockstep:lifecycle:1"${attributes}>\n${inside}\n</lifecycle>`;
const read = (text: string) => parseLifecycleXml(text, 'lifecycle.xml', definition);

describe('a lifecycle.xml', () => {
  const everything = file(
    `<deprecated since="2026-11-01" use="org.new">Nobody keeps it any more.</deprecated>
<migrate><migrate-command name="Send" old="Push"/></migrate>
<step name="Copy"><deprecated since="2026-11-02" use="Push">Push is faster.</deprecated>
<property name="node"><deprecated since="2026-11-03" use="host">One name for one thing.</deprecated></property></step>`,
    ' successor="org.new" successor-version="2"',
  );

  it('says who takes over, and of what it is the end, with a date, a sentence and what replaces it', () => {
    const { definition: now, problems } = read(everything);
    expect(problems).toEqual([]);
    expect(now.successor).toMatchObject({ id: 'org.new', version: 2, commands: [{ name: 'Send', old: 'Push' }] });
    expect(now.deprecated).toMatchObject({ since: '2026-11-01', use: 'org.new', text: 'Nobody keeps it any more.' });
    expect(now.stepTypes[0]?.deprecated).toMatchObject({ since: '2026-11-02', use: 'Push' });
    expect(now.stepTypes[0]?.properties.map(({ deprecated }) => deprecated?.use)).toEqual([undefined, 'host']);
    expect(now.stepTypes[1]?.deprecated).toBeUndefined();
  });

  it('agrees with its schema, which finds what stands wrong', async () => {
    expect(await validateXml('lifecycle', everything, 'lifecycle.xml')).toEqual([]);
    const wrong = await validateXml('lifecycle', file('<step/>'), 'lifecycle.xml');
    expect(wrong.map(({ message, where }) => `${where?.line} ${message}`)).toEqual([
      "2 Element 'step': The attribute 'name' is required but missing.",
    ]);
  });

  it('is refused with its place where it names no successor, no date or no sentence [DO-9]', () => {
    const faults = [
      [file('', ' successor="org.old"'), 'this plugin itself'],
      [file('', ' successor="../x"'), 'cannot be a plugin'],
      [file('', ' successor=""'), 'has no successor'],
      [file('<migrate/>'), 'none is named'],
      [file('<deprecated>Old.</deprecated>'), 'has no since'],
      [file('<deprecated since="soon">Old.</deprecated>'), 'is no date'],
      [file('<deprecated since="2026-02-29">Old.</deprecated>'), 'is no date'],
      [file('<deprecated since="2026-01-01"> </deprecated>'), 'says nothing'],
      ['<plugin/>', 'starts with <lifecycle>'],
    ] as const;
    for (const [text, words] of faults) {
      const refused = expect.objectContaining({
        code: 'lifecycle-file-not-valid',
        message: expect.stringContaining(words),
        where: expect.objectContaining({ file: 'lifecycle.xml' }),
      });
      expect(() => read(text)).toThrow(refused);
    }
    expect(() => read(file('<deprecated since="2028-02-29">Old.</deprecated>'))).not.toThrow();
  });

  it('warns of names that the plugin does not have, and takes one in another Unicode form', () => {
    const { problems } = read(
      file(`<step name="Cop"><deprecated since="2026-01-01">x</deprecated></step>
<step name="Copy"><deprecated since="2026-01-01" use="Gone">x</deprecated>
<property name="hots"><deprecated since="2026-01-01">x</deprecated></property></step>`),
    );
    expect(problems.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      'lifecycle-name-unknown: lifecycle.xml speaks of the step "Cop", which the plugin does not have.',
      'lifecycle-name-unknown: "Copy" is to be replaced by the step "Gone", which the plugin does not have.',
      'lifecycle-name-unknown: lifecycle.xml speaks of "hots" of "Copy", which the plugin does not have.',
    ]);
    const accented = parsePluginXml(
      '<plugin><header><identifier id="a" name="A" version="1"/></header><step-type name="Caf\u00e9"/></plugin>',
      'plugin.xml',
    ).definition;
    const text = file('<step name="Cafe\u0301"><deprecated since="2026-01-01">x</deprecated></step>');
    expect(parseLifecycleXml(text, 'l', accented).definition.stepTypes[0]?.deprecated?.text).toBe('x');
  });
});
