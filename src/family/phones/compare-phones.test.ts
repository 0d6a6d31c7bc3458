import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { phoneFamilies, phonePlugins, soundPlugin } from '../testing/phone-family.ts';
import { comparePhones } from './compare-phones.ts';
import { readRealDevices } from './real-devices.ts';

const hasJinja2 = spawnSync('python3', ['-I', '-c', 'import jinja2']).status === 0;

async function pluginsWith(model: Readonly<Record<string, string>>) {
  return phonePlugins(phoneFamilies({ one: { ...soundPlugin, ...model } }));
}

/** An old server with so many telephones, every fourth with a second configuration above its own. */
function server(count: number): unknown {
  const numbers = Array.from({ length: count }, (_none, at) => at + 1);
  return {
    devices: numbers.map((at) => ({
      ...{
        id: `d${at}`,
        mac: `00:15:65:00:${(at >> 8).toString(16).padStart(2, '0')}:${(at & 255).toString(16).padStart(2, '0')}`,
      },
      ...{ vendor: 'Acme', model: at % 2 ? 'A1' : 'A2', version: '1.2.3', config: `c${at}` },
      plugin: at % 10 === 0 ? 'other' : 'acme-one',
    })),
    configs: [
      {
        id: 'base',
        parent_ids: [],
        raw_config: { ip: '192.0.2.9', sip_proxy_ip: '192.0.2.9', timezone: 'Europe/Paris' },
      },
      { id: 'ntp', parent_ids: ['base'], raw_config: { ntp_enabled: true, ntp_ip: '192.0.2.3' } },
      ...numbers.map((at) => ({
        ...{ id: `c${at}`, parent_ids: [at % 4 ? 'base' : 'ntp'] },
        raw_config: {
          sip_lines: { 1: { username: `user-${at}`, display_name: `Ada No ${at}`, number: `${2000 + at}` } },
        },
      })),
    ],
  };
}

it('configurations are put together from the outermost to the own, and keep what each of them says', () => {
  const [, , , fourth] = readRealDevices(server(4), 'x');
  expect(fourth).toMatchObject({
    ...{ id: 'd4', plugin: 'acme-one' },
    rawConfig: {
      ip: '192.0.2.9',
      ntp_ip: '192.0.2.3',
      sip_registrar_ip: '192.0.2.9',
      sip_lines: { 1: { auth_username: 'user-4' } },
    },
  });
  expect(() => readRealDevices({ nothing: [] }, 'devices.json')).toThrow(/devices.json lists no devices/);
});

describe.skipIf(!hasJinja2)('comparing with Jinja2 and the plugin’s code (skipped where python3 has no Jinja2)', () => {
  it('says nothing where the bytes are the same, also where template and code are written otherwise', async () => {
    const other = {
      'templates/base.tpl': soundPlugin['templates/base.tpl']!.replace(
        '{% block lines %}',
        '{# lines #}{% block lines %}',
      ),
      'common.py': `# another comment\n${soundPlugin['common.py']}`,
    };
    const report = await comparePhones(await pluginsWith({}), await pluginsWith(other));
    expect([report.changed, report.groups]).toEqual([0, []]);
    expect(report.devices).toBeGreaterThan(20);
  });

  it('groups equal changes of real telephones, whoever they belong to, and is silent on the others', async () => {
    const devices = readRealDevices(server(80), 'x');
    const changed = {
      'templates/base.tpl': soundPlugin['templates/base.tpl']!.replace(
        '<ntp>',
        '<ntp name="{{ sip_lines["1"].display_name }}">',
      ),
    };
    const report = await comparePhones(await pluginsWith({}), await pluginsWith(changed), { devices });
    expect([report.devices, report.changed, report.others]).toEqual([72, 16, 8]);
    expect(report.groups).toEqual([
      {
        ...{
          plugin: 'acme-one',
          failure: null,
          devices: devices.filter((_one, at) => (at + 1) % 4 === 0 && (at + 1) % 10 !== 0).map(({ id }) => id),
        },
        files: [
          {
            path: '{mac}.xml',
            change: 'changed',
            lines: ['-<ntp>192.0.2.3</ntp>', '+<ntp name="{display_name}">192.0.2.3</ntp>'],
          },
        ],
      },
    ]);
  });

  it('a change in code, in a shared file, and a telephone that gets nothing any more are all told', async () => {
    const devices = readRealDevices(server(6), 'x');
    const now = {
      'common.py': soundPlugin['common.py']!.replace("['utcoffset'].as_hours", "['utcoffset'].as_minutes").replace(
        "raw_config['XX_zone'] = ''",
        "raw_config['XX_zone'] = ''\n        if device['id'] == 'd3': raise KeyError('d3')",
      ),
      'templates/common/model.cfg.tpl': `${soundPlugin['templates/common/model.cfg.tpl']}port = 1\n`,
    };
    const { groups } = await comparePhones(await pluginsWith({}), await pluginsWith(now), { devices });
    expect(
      groups.map(({ devices: whose, files, failure }) => [whose.length, files.map(({ path }) => path), failure?.after]),
    ).toEqual([
      [5, ['{mac}.xml'], undefined],
      [1, ['{mac}.xml'], "KeyError: 'd3'"],
      [0, ['acme.cfg'], undefined],
    ]);
  });
});

it('where the code cannot be run, a change in it is told as a doubt', async () => {
  const now = await pluginsWith({ 'common.py': `${soundPlugin['common.py']}\n` });
  const report = await comparePhones(await pluginsWith({}), now, { engine: 'sample' });
  expect(report.doubts).toEqual([expect.stringContaining('acme-one changed and was not run')]);
  expect((await comparePhones(now, now, { engine: 'sample' })).doubts).toEqual([]);
});

it('what nunjucks cannot render is not counted as compared, of telephones and of the files for all of them', async () => {
  const beyond = (path: string) => ({ [path]: `{% do [] %}${soundPlugin[path]}` });
  const now = await pluginsWith({ ...beyond('templates/base.tpl'), ...beyond('templates/common/model.cfg.tpl') });
  const real = readRealDevices(server(9), 'x');
  const { devices, changed, groups, doubts } = await comparePhones(await pluginsWith({}), now, {
    ...{ engine: 'sample', devices: real },
  });
  expect([devices, changed, groups]).toEqual([0, 0, []]);
  expect(doubts).toEqual([
    expect.stringContaining('The files for every telephone of acme-one were not compared: '),
    expect.stringContaining('9 of the telephones were not compared, acme-one: '),
  ]);
});

it.skipIf(!hasJinja2)(
  'where the code cannot be loaded (skipped where python3 has no Jinja2), that is a doubt, and the templates are compared',
  async () => {
    const broken = { 'entry.py': 'raise RuntimeError("not today")\n' };
    const now = await pluginsWith({
      ...broken,
      'templates/base.tpl': soundPlugin['templates/base.tpl']!.replace('<firmware>', '<firmware v="2">'),
    });
    const { doubts, changed, devices, groups } = await comparePhones(await pluginsWith(broken), now);
    expect(doubts).toEqual([expect.stringContaining('RuntimeError: not today')]);
    // one for each template
    expect([changed, groups.length]).toEqual([devices, 2]);
  },
);
