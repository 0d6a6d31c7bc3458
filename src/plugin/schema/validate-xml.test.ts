import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatProblem } from '../../failure/index.ts';
import { validateXml } from '../index.ts';
import { schemaModule } from './schema-module.ts';
import { schemaTexts } from './schema-texts.ts';

const places = async (schema: 'plugin' | 'upgrade', text: string) =>
  (await validateXml(schema, text, `${schema}.xml`)).map(
    ({ message, where }) => `${where?.line}:${where?.column} ${message}`,
  );

const upgrade = (blocks: string, attributes = 'xmlns="http://www.urbancode.com/UpgradeXMLSchema_v1"') =>
  `<?xml version="1.0"?>\n<plugin-upgrade ${attributes}>\n${blocks}\n</plugin-upgrade>`;

const plugin = (steps: string) => `<plugin xmlns="http://www.urbancode.com/PluginXMLSchema_v1"
    xmlns:server="http://www.urbancode.com/PluginServerXMLSchema_v1">
  <header><identifier id="a" name="A" version="1"/><server:plugin-type>Automation</server:plugin-type></header>
${steps}
</plugin>`;

describe('the schemas', () => {
  it('in src are the files of schemas/ (else run: node scripts/embed-schemas.ts)', () => {
    for (const [name, text] of Object.entries(schemaTexts)) expect(readFileSync(`schemas/${name}`, 'utf8')).toBe(text);
    expect(schemaModule(schemaTexts)).toBe(readFileSync('src/plugin/schema/schema-texts.ts', 'utf8'));
  });
});

describe('validating an upgrade.xml', () => {
  it('finds nothing in a file that uses everything', async () => {
    const text = upgrade(`  <migrate to-version="2"/>
  <migrate to-version="3">
    <migrate-command name="B" old="A">
      <migrate-properties><migrate-property name="x" old="y" default=""/></migrate-properties>
      <remove-properties><remove-property name="z"/></remove-properties>
    </migrate-command>
  </migrate>`);
    expect(await places('upgrade', text)).toEqual([]);
    expect(await places('upgrade', `\ufeff${text.replace(/\n/g, '\r\n')}`)).toEqual([]);
  });

  it('takes the bare namespace and none for the full one', async () => {
    expect(await places('upgrade', upgrade('<migrate to-version="2"/>', 'xmlns="UpgradeXMLSchema_v1"'))).toEqual([]);
    expect(await places('upgrade', upgrade('<migrate to-version="2"/>', ''))).toEqual([]);
  });

  it('gives each finding the place of its element, however many lines the element has', async () => {
    const text = upgrade(`  <migrate to-version="two">
    <migrate-command
        nome="A"/>
  </migrate>
  <migrate to-version="3"/>
  <migrate/>
  <step/>`);
    const found = await places('upgrade', text);
    expect(found.map((line) => line.split(' ', 1)[0])).toEqual(expect.arrayContaining(['3:3', '4:5', '8:3', '9:3']));
    expect(found.join('\n')).toContain("attribute 'nome'");
    expect(found.join('\n')).not.toContain('urbancode.com');
  });
});

describe('validating a plugin.xml', () => {
  it('takes property-ui with and without the prefix, and unknown elements of other namespaces', async () => {
    const text = plugin(`  <step-type name="S">
    <post-processing>x</post-processing>
    <properties>
      <property name="p" required="true"><property-ui type="textBox" label="P"/></property>
      <property name="q"><server:property-ui type="selectBox" label="Q"/><value label="v">v</value></property>
    </properties>
    <command program="sh"><arg value="-c"/><arg file="x.sh"/></command>
    <server:sub-tag>T</server:sub-tag>
    <server:whatever/>
  </step-type>`);
    expect(await places('plugin', text)).toEqual([]);
  });

  it('checks the server’s own elements too', async () => {
    const text = plugin(`  <step-type name="a/b">
    <properties>
      <property name="p"><server:property-ui type="slider" label="P"/></property>
      <property required="yes" name="q"/>
    </properties>
    <command/>
  </step-type>`);
    const found = await places('plugin', text);
    expect(found.map((line) => line.split(' ', 1)[0])).toEqual(expect.arrayContaining(['4:3', '6:26', '7:7', '9:5']));
    expect(found.join('\n')).toContain("'slider'");
  });

  it('refuses a DOCTYPE before the validator sees it', async () => {
    const text = '<!DOCTYPE plugin SYSTEM "http://127.0.0.1:9/x.dtd"><plugin/>';
    await expect(validateXml('plugin', text, 'plugin.xml')).rejects.toMatchObject({ code: 'xml-not-safe' });
  });

  it('never follows a schema that the file names', async () => {
    const text = plugin('').replace(
      '<plugin ',
      '<plugin xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://www.urbancode.com/PluginXMLSchema_v1 file:///etc/passwd" ',
    );
    expect(await places('plugin', text)).toEqual([]);
  });

  it('can be asked many times at once', async () => {
    const bad = plugin('  <step-type/>');
    const all = await Promise.all(Array.from({ length: 20 }, () => validateXml('plugin', bad, 'p.xml')));
    for (const findings of all) expect(formatProblem(findings[0]!)).toContain('p.xml:4:3 error xml-not-valid');
  });
});
