import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { treeOf, writePackage } from '../src/package/index.ts';
import { oneProcess } from './journey/one-process.ts';

const { run: lockstep } = oneProcess();

const home = mkdtempSync(join(tmpdir(), 'lockstep-lint-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

function write(path: string, text: string | Uint8Array): string {
  mkdirSync(dirname(join(home, path)), { recursive: true });
  writeFileSync(join(home, path), text);
  return text.toString();
}

const plugin = (version: string, steps: string) =>
  `<?xml version="1.0"?>
<plugin xmlns="http://www.urbancode.com/PluginXMLSchema_v1">
  <header><identifier id="org.example.door" name="Door" version="${version}"/></header>
${steps}
</plugin>
`;
const step = (name: string, properties = '') =>
  `  <step-type name="${name}">\n    <properties>${properties}</properties>\n    <command program="sh"/>\n  </step-type>`;
const upgrade = (blocks: string) =>
  `<plugin-upgrade xmlns="http://www.urbancode.com/UpgradeXMLSchema_v1">\n${blocks}\n</plugin-upgrade>\n`;
const text = (name: string, rest = '') =>
  `<property name="${name}"><property-ui type="textBox" label="${name}" ${rest}/></property>`;

write('door-1/plugin.xml', plugin('1', `${step('Open')}\n${step('Lock', text('key'))}`));
write(
  'door-2/plugin.xml',
  plugin('2', `${step('Open', text('wait', 'default-value="5"'))}\n${step('Lock', text('keyName'))}`),
);
const forgetful = upgrade('  <migrate to-version="2">\n    <migrate-command name="Lock"/>\n  </migrate>');
write('door-2/upgrade.xml', forgetful);

write('broken/plugin.xml', plugin('2', step('open')));
write('broken/upgrade.xml', upgrade('<<<<<<< HEAD\n=======\n>>>>>>> x'));

const run = (...parameters: string[]) => lockstep(parameters, { cwd: home });

describe('plugin lint', () => {
  it('prints each finding with file, line and column and ends with 1 when one is an error', async () => {
    const { code, stdout } = await run('plugin', 'lint', 'door-2', '--previous', 'door-1');
    expect(code).toBe(1);
    expect(stdout.split('\n').map((line) => line.match(/^\S+:\d+:\d+ \S+ \S+/)?.[0] ?? line)).toEqual([
      'door-2/plugin.xml:5:80 error default-not-migrated',
      'door-2/upgrade.xml:2:3 error step-not-listed',
      'door-2/upgrade.xml:3:5 warning property-renamed',
      '2 errors, 1 warning',
      '',
    ]);
  });

  it('says the same as JSON and as SARIF', async () => {
    const json = await run('plugin', 'lint', 'door-2', '--previous', 'door-1', '--json');
    expect(json.code).toBe(1);
    expect(json.json()).toMatchObject({
      plugin: { id: 'org.example.door', version: 2 },
      totals: { errors: 2, warnings: 1, notices: 0 },
      problems: [{ code: 'default-not-migrated', where: { file: 'door-2/plugin.xml', line: 5, column: 80 } }, {}, {}],
    });
    const sarif = await run('plugin', 'lint', 'door-2', '--previous', 'door-1', '--format', 'sarif');
    expect(sarif.json<{ runs: { results: unknown[] }[] }>().runs[0]?.results).toHaveLength(3);
  });

  it('ends with 0 and says so when nothing is wrong', async () => {
    const { code, stdout } = await run('plugin', 'lint', 'door-1');
    expect([code, stdout]).toEqual([0, 'No findings.\n']);
  });

  it('reads packages, and takes a token that the build left for an error there', async () => {
    const bytes = Buffer.from(plugin('@V@', step('Open')));
    const zip = await writePackage(treeOf(null, [{ path: 'plugin.xml', kind: 'file', mode: 0o644, bytes }]), 'zip');
    write('door.zip', zip);
    const { code, stdout } = await run('plugin', 'lint', 'door.zip');
    expect(code).toBe(1);
    expect(stdout).toContain('door.zip/plugin.xml:3:57 error token-not-replaced');
    write('source/plugin.xml', plugin('@V@', step('Open')));
    expect((await run('plugin', 'lint', 'source')).code).toBe(0);
  });

  it('[DO-9] an upgrade file that cannot be read is one finding, and the rest is compared', async () => {
    const { code, stdout } = await run('plugin', 'lint', 'broken', '--previous', 'door-1');
    expect(code).toBe(1);
    expect(stdout).toContain('broken/plugin.xml:4:14 error step-renamed');
    expect(stdout).toContain('broken/upgrade.xml:2:1 error xml-not-well-formed The file still holds the markers');
    expect(stdout).toContain('2 errors');
  });

  it('finds what its schema forbids', async () => {
    write('odd/plugin.xml', plugin('1', '  <step-type name="S"><command/></step-type>'));
    const { stdout } = await run('plugin', 'lint', 'odd');
    expect(stdout).toMatch(/odd\/plugin\.xml:4:\d+ error (plugin-not-valid|xml-not-valid)/);
  });

  it('says what is missing when the path is wrong', async () => {
    expect((await run('plugin', 'lint', 'nowhere')).code).toBe(8);
    mkdirSync(join(home, 'empty'), { recursive: true });
    const { code, stderr } = await run('plugin', 'lint', 'empty');
    expect([code, stderr]).toEqual([8, expect.stringContaining('empty holds neither a plugin.xml nor a plugin-info.')]);
    expect((await run('plugin', 'lint', 'door-2', '--fix')).code).toBe(2);
  });

  it('--fix writes the missing parts and leaves the rest of the file byte for byte', async () => {
    write('fixed/plugin.xml', readFileSync(join(home, 'door-2/plugin.xml')));
    write('fixed/upgrade.xml', forgetful);
    const { code, stdout, stderr } = await run('plugin', 'lint', 'fixed', '--previous', 'door-1', '--fix');
    expect([code, stderr]).toEqual([0, expect.stringContaining('Lists "Open" in the block for version 2.')]);
    expect(stdout).toContain('warning property-renamed');
    const after = readFileSync(join(home, 'fixed/upgrade.xml'), 'utf8');
    const added = `    <migrate-command name="Open">
      <migrate-properties>
        <migrate-property name="wait" default="5"/>
      </migrate-properties>
    </migrate-command>
`;
    expect(after).toContain(added);
    expect(after.replace(added, '')).toBe(forgetful);
    const again = await run('plugin', 'lint', 'fixed', '--previous', 'door-1', '--fix');
    expect(again.stderr).toContain('nothing to fix');
    expect(readFileSync(join(home, 'fixed/upgrade.xml'), 'utf8')).toBe(after);
  });
});

describe('upgrade propose', () => {
  it('prints a complete file and names its guesses; with --write it stands in the folder and lints clean', async () => {
    write('next/plugin.xml', readFileSync(join(home, 'door-2/plugin.xml')));
    const shown = await run('upgrade', 'propose', 'door-1', 'next');
    expect(shown.code).toBe(0);
    expect(shown.stdout).toContain('<migrate-property name="keyName" old="key"/>');
    expect(shown.stderr).toContain('Please confirm: "key" of "Lock" looks renamed to "keyName"');
    expect(shown.stderr).toContain('Nothing is written');
    expect(shown.stderr).not.toContain('Wrote');

    const written = await run('upgrade', 'propose', 'door-1', 'next', '--write', '--json');
    const value = written.json<{ xml: string; guesses: { kind: string }[]; written: string }>();
    expect(value.guesses.map(({ kind }) => kind)).toEqual(['property-renamed']);
    expect(readFileSync(value.written, 'utf8')).toBe(value.xml);
    const open = await run('plugin', 'lint', 'next', '--previous', 'door-1');
    expect(open.stdout).toMatch(/next\/upgrade\.xml:\d+:\d+ warning guess-not-confirmed .*\n1 warning\n$/);
    write('next/upgrade.xml', value.xml.replace(/<!--.*-->/g, ''));
    expect((await run('plugin', 'lint', 'next', '--previous', 'door-1')).stdout).toBe('No findings.\n');
  });

  it('refuses two plugins, a version that is not above, and to overwrite what it cannot read', async () => {
    write('other/plugin.xml', plugin('3', step('Open')).replace('org.example.door', 'org.example.gate'));
    expect((await run('upgrade', 'propose', 'door-1', 'other')).code).toBe(2);
    expect((await run('upgrade', 'propose', 'door-2', 'door-1')).code).toBe(2);
    const before = readFileSync(join(home, 'broken/upgrade.xml'), 'utf8');
    expect((await run('upgrade', 'propose', 'door-1', 'broken', '--write')).code).toBe(3);
    expect(readFileSync(join(home, 'broken/upgrade.xml'), 'utf8')).toBe(before);
  });
});
