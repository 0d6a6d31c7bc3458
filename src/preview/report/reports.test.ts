import { describe, expect, it } from 'vitest';
import { parsePluginXml, parseUpgradeXml } from '../../plugin/index.ts';
import { type DialectName, dialectNamed } from '../../upgrade/index.ts';
import { buildPreview } from '../build-preview.ts';
import { previewExitCode } from '../exit-code.ts';
import type { LiveProcess, LiveServer } from '../read/live-server.ts';
import { describePreview } from './describe-preview.ts';
import { previewCsv } from './preview-csv.ts';
import { previewHtml } from './preview-html.ts';
import { previewProblems } from './preview-problems.ts';

const definition = (version: number, properties: string) =>
  parsePluginXml(
    `<plugin><header><identifier id="org.example.lamp" name="Lamp" version="${version}"/></header>
     <step-type name="Light"><properties>${properties}</properties><command program="x"/></step-type>
     <step-type name="Dim"><properties/><command program="x"/></step-type></plugin>`,
    'plugin.xml',
  ).definition;
const property = (name: string, value: string) =>
  `<property name="${name}"><property-ui type="textBox" label="x" default-value="${value}"/></property>`;

const process = (
  name: string,
  properties: Record<string, string>,
  stepType = 'Light',
  more: Partial<LiveProcess> = {},
): LiveProcess => ({
  ...{
    id: name,
    kind: 'component',
    owner: 'Hall',
    name,
    draft: false,
    version: 4,
    applications: ['House'],
    teams: ['Night'],
  },
  document: {
    name,
    rootActivity: {
      ...{ type: 'graph', name: 'graph' },
      edges: [{ to: 'Step', type: 'ALWAYS' }],
      children: [
        { type: 'plugin', name: 'Step', pluginName: 'Lamp', pluginVersion: 1, commandName: stepType, properties },
      ],
    },
  },
  ...more,
});

function previewOf(
  processes: readonly LiveProcess[],
  dialect: DialectName = 'urbancode',
  more: Partial<LiveServer> = {},
) {
  return buildPreview({
    server: {
      ...{
        url: 'https://ucd.example.org/',
        version: '7.3',
        plugins: [],
        processes,
        applicationProcesses: [],
        unread: [],
      },
      counts: { components: 1, templates: 0, applications: 1, processes: processes.length, drafts: 0, requests: 3 },
      ...more,
    },
    definition: definition(2, `${property('bright', '80')}${property('warm', 'no')}`),
    upgradeFile: parseUpgradeXml(
      `<plugin-upgrade xmlns="http://www.urbancode.com/UpgradeXMLSchema_v1"><migrate to-version="2">
       <migrate-command name="Light"><migrate-properties><migrate-property name="bright" old="watt"/><migrate-property name="warm" default="no"/></migrate-properties></migrate-command>
       </migrate></plugin-upgrade>`,
      'upgrade.xml',
    ).upgradeFile,
    known: [definition(1, `${property('watt', '60')}${property('warm', 'yes')}${property('colour', 'white')}`)],
    rules: { dialect: dialectNamed(dialect), by: 'chosen' },
    ...{ now: '2030-01-01T00:00:00.000Z', user: 'ada' },
  });
}

describe('the two columns', () => {
  it('are certain where every reading of the file comes to the same, and say where it does not', () => {
    const preview = previewOf([process('Evening', { watt: '40', warm: 'yes', colour: 'red' })]);
    const [use] = preview.processes[0]!.uses;
    expect(use!.server.outcome).toBe('carried');
    expect(use!.server.values).toEqual([
      { name: 'bright', was: 'watt', kind: 'renamed', before: '40', after: '40', lost: false },
      { name: 'warm', was: null, kind: 'not-known', before: 'yes', after: 'no', lost: false },
      { name: 'colour', was: null, kind: 'dropped', before: 'red', after: null, lost: true },
    ]);
    expect(previewExitCode(preview)).toBe(5);
  });

  it('end with 0 where nothing is lost, asked or unknown, with 4 where somebody has to look, with 5 where something goes', () => {
    const quiet = process('Quiet', { watt: '40', warm: 'no' });
    expect(previewExitCode(previewOf([quiet]))).toBe(0);
    expect(previewExitCode(previewOf([process('Warm', { warm: 'yes' })]))).toBe(4);
    expect(previewExitCode(previewOf([quiet], 'urbancode', { unread: [{ what: 'x', path: '/x', reason: 'y' }] }))).toBe(
      4,
    );
    expect(previewExitCode(previewOf([quiet], 'urbancode', { applicationProcesses: [process('All', {})] }))).toBe(4);
    const dim = process('Dim', {}, 'Dim');
    // [STEP-6] what the file does not list: carried, left, taken out
    expect(
      (['urbancode', 'deployment-automation', 'udeploy'] as const).map(
        (name) => previewOf([dim], name).processes[0]!.uses[0]!.server.outcome,
      ),
    ).toEqual(['carried', 'pinned', 'deleted']);
    expect(previewExitCode(previewOf([dim], 'udeploy'))).toBe(5);
  });

  it('put processes together that change alike, and apart those that do not', () => {
    const preview = previewOf([
      process('A', { watt: '40', warm: 'no' }),
      process('B', { watt: '75', warm: 'no' }),
      process('C', { watt: '75', warm: 'no', colour: 'red' }),
    ]);
    expect(preview.groups.map(({ processes, lost }) => [processes.length, lost])).toEqual([
      [2, false],
      [1, true],
    ]);
  });
});

describe('the reports', () => {
  const hostile = previewOf(
    [
      process('=HYPERLINK("x")', { watt: '<script>alert(1)</script>', colour: '"red", or\nblue' }, 'Light', {
        owner: '<b>Hall</b>',
        teams: ['@night'],
      }),
      process('Quiet', { watt: '40', warm: 'no' }),
    ],
    'urbancode',
    {
      unread: [{ what: 'process "<i>x</i>"', path: '/x', reason: 'it answers 500' }],
      applicationProcesses: [process('All', {}, 'Light', { kind: 'application', owner: 'House' })],
    },
  );

  it('hold texts of a server as texts: a page without markup of theirs, a table without formulas', () => {
    const html = previewHtml(hostile);
    expect(html).not.toMatch(/<script|<b>Hall|<i>x/);
    expect(html).toContain('&lt;script&gt;');
    const csv = previewCsv(hostile);
    expect(csv.split('\r\n')[1]).toMatch(/^component,<b>Hall<\/b>,House,'@night,"'=HYPERLINK\(""x""\)",/);
  });

  it('mark a draft wherever it is named, and say that its way on the server is not known', () => {
    const values = { watt: '40', colour: 'red' };
    const preview = previewOf([process('Dusk', values), process('Dusk', values, 'Light', { draft: true })]);
    expect(preview.processes.map(({ name, draft }) => [name, draft])).toEqual([
      ['Dusk', false],
      ['Dusk (draft)', true],
    ]);
    expect(preview.notKnown.join()).toContain('carries a draft over');
    const findings = previewProblems(preview, 'upgrade.xml').map(({ message }) => message);
    for (const text of [describePreview(preview), previewHtml(preview), previewCsv(preview), findings.join()])
      expect(text).toContain('Dusk (draft)');
  });

  it('name everything that is not in them, each of them', () => {
    for (const text of [describePreview(hostile), previewHtml(hostile), previewCsv(hostile)]) {
      expect(text).toContain('it answers 500');
      expect(text).toContain('House');
    }
    expect(previewProblems(hostile, 'upgrade.xml').map(({ severity, code }) => `${severity} ${code}`)).toEqual([
      'error preview-lost',
      'warning preview-application-process',
      'warning preview-unread',
    ]);
  });
});
