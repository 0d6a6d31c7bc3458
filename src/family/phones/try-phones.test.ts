import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { pluginInfo } from '../testing/family-folder.ts';
import { phoneFamilies, phonePlugins, soundPlugin } from '../testing/phone-family.ts';
import type { PerformOptions } from './perform.ts';
import { tryPhones } from './try-phones.ts';

const hasJinja2 = spawnSync('python3', ['-I', '-c', 'import jinja2']).status === 0;
const hasPython = spawnSync('python3', ['-I', '-c', 'pass']).status === 0;

/** Places of what is found, by plugin; all are tried in one go. */
async function foundIn(models: readonly Readonly<Record<string, string>>[], options: PerformOptions = {}) {
  const names = models.map((_model, at) => `f${String(at).padStart(2, '0')}`);
  const dir = phoneFamilies(Object.fromEntries(models.map((model, at) => [names[at]!, { ...soundPlugin, ...model }])));
  const report = await tryPhones(await phonePlugins(dir), options);
  // they all claim the same telephones
  const findings = report.findings.filter(({ code }) => code !== 'device-claimed-twice');
  const placesOf = (at: number) =>
    findings
      .filter(({ plugins }) => plugins.includes(`acme-${names[at]}`))
      .map(({ code, where }) => `${where?.file.replace(`${names[at]}/m/`, '')}:${where?.line} ${code}`);
  return { report, placesOf };
}

const change = (path: string, from: string, to: string) => {
  if (!soundPlugin[path]!.includes(from)) throw new Error(`${path} has no ${from}`);
  return { [path]: soundPlugin[path]!.replace(from, to) };
};

/** One fault of each kind that shows in what templates make. */
const inTemplates: [string, Readonly<Record<string, string>>, string][] = [
  [
    'a name that people write is not escaped',
    change('templates/base.tpl', 'display_name|e', 'display_name'),
    'templates/base.tpl:5 output-xml',
  ],
  ['a tag is not closed', change('templates/base.tpl', '</ntp>', ''), 'templates/base.tpl:9 output-xml'],
  [
    'a base template is not there',
    change('templates/A2.tpl', 'base.tpl', 'basis.tpl'),
    'templates/A2.tpl:1 template-missing',
  ],
  ['a block is not ended', change('templates/base.tpl', '{% endfor -%}', ''), 'templates/base.tpl:7 template-syntax'],
  [
    'a variable that nobody sets',
    change('templates/base.tpl', '{{ ntp_ip }}', '{{ ntp_adress }}'),
    'templates/base.tpl:9 variable-unset',
  ],
  [
    'a key that no line has',
    change('templates/base.tpl', 'line.display_name|e', 'line.displayname|e'),
    'templates/base.tpl:5 variable-unset',
  ],
  [
    'a line that is no setting',
    change('templates/common/model.cfg.tpl', 'dns = {{', 'dns {{'),
    'templates/common/model.cfg.tpl:4 output-settings',
  ],
  [
    'firmware that no package brings',
    change('templates/base.tpl', 'a1-1.2.3.bin', 'a1-1.2.4.bin'),
    'templates/base.tpl:11 file-missing',
  ],
  ['a package without its file', change('pkgs/pkgs.db', 'files: a-fw', 'files: b-fw'), 'pkgs/pkgs.db:1 packages'],
  [
    'a capability with other firmware',
    change('plugin-info', 'A1, 1.2.3', 'A1, 1.3.0'),
    'plugin-info:5 capability-firmware',
  ],
];

const inCode: [string, Readonly<Record<string, string>>, string][] = [
  [
    'code that stops while it is loaded',
    change('common.py', 'class BasePlugin', 'undefined_name\nclass BasePlugin'),
    'common.py:20 plugin-code',
  ],
  [
    'code that needs what not every telephone has',
    change('common.py', "if 'timezone' in raw_config:", 'if True:'),
    'common.py:38 plugin-code',
  ],
  [
    'code that writes elsewhere',
    change('common.py', "'acme.cfg')", "'..', 'acme.cfg')"),
    'templates/common/model.cfg.tpl:1 plugin-code',
  ],
  [
    'code that asks the network',
    change(
      'common.py',
      "raw_config['XX_zone'] = ''",
      "import socket; socket.create_connection(('192.0.2.1', 80)); raw_config['XX_zone'] = ''",
    ),
    'common.py:36 plugin-code',
  ],
  [
    'code that starts programs',
    change(
      'common.py',
      "raw_config['XX_zone'] = ''",
      "import subprocess; subprocess.call(['true']); raw_config['XX_zone'] = ''",
    ),
    'common.py:36 plugin-code',
  ],
  [
    'code that reads what is not its own',
    change('common.py', "raw_config['XX_zone'] = ''", "raw_config['XX_zone'] = open('/etc/hostname').read()"),
    'common.py:36 plugin-code',
  ],
  [
    'code that writes files for good',
    change(
      'common.py',
      "raw_config['XX_zone'] = ''",
      "os.open('/tmp/x', os.O_CREAT | os.O_WRONLY); raw_config['XX_zone'] = ''",
    ),
    'common.py:36 plugin-code',
  ],
  [
    'code that never ends',
    change(
      'common.py',
      "raw_config['XX_zone'] = ''",
      "raw_config['XX_zone'] = ''\n        while 'vlan_id' in raw_config and device['model'] == 'A2': pass",
    ),
    'entry.py:1 plugin-code',
  ],
  [
    'devices that are refused altogether',
    change(
      'common.py',
      "raw_config['XX_zone'] = ''",
      "raw_config['XX_zone'] = ''\n        if device['model'] == 'A2': raise RawConfigError('no A2 here')",
    ),
    'common.py:37 device-refused',
  ],
];

const faults = [{}, ...inTemplates.map(([, model]) => model)];

describe.skipIf(!hasJinja2)('with Jinja2 and the plugin’s code (skipped where python3 has no Jinja2)', () => {
  it('one fault of each kind is found at its line, and nothing where nothing is wrong', async () => {
    const all = [...inTemplates, ...inCode];
    const { report, placesOf } = await foundIn([{}, ...all.map(([, model]) => model)], { limit: 0.2 });
    expect(placesOf(0)).toEqual([]);
    for (const [at, [name, , wanted]] of all.entries())
      expect([name, placesOf(at + 1)]).toEqual([name, expect.arrayContaining([wanted])]);
    expect(report.engine).toMatchObject({ templates: 'Jinja2', code: true });
    expect(report.files).toBeGreaterThan(report.devices);
    expect(report.unchecked).toBe(0);
  });

  it('two plugins that claim one device are told once, with both names', async () => {
    const quiet = { ...soundPlugin, 'plugin-info': pluginInfo('1.0') };
    const plugins = await phonePlugins(phoneFamilies({ one: soundPlugin, two: quiet }));
    const { findings } = await tryPhones(plugins);
    expect(findings.map(({ code, where, message }) => [code, where?.line, message.match(/acme-\w+/g)])).toEqual([
      ['device-claimed-twice', 5, ['acme-one', 'acme-two']],
      ['device-claimed-twice', 10, ['acme-one', 'acme-two']],
    ]);
  });
});

it.each([
  ['behind the plugin’s code', { engine: 'nunjucks' }, hasPython],
  ['with sample values, as on a machine without Python', { python: '/no/python' }, true],
] as const)(
  'nunjucks %s finds the same in templates, and says that it is not what a server has',
  async (_name, options, can) => {
    if (!can) return void process.stderr.write('skipped without python3\n');
    const { report, placesOf } = await foundIn(faults, options);
    expect(report.engine.templates).toBe('nunjucks');
    expect(report.engine.why).toMatch(/nunjucks was wanted|no Jinja2|\/no\/python/);
    expect(placesOf(0)).toEqual([]);
    // it tells another line where a block is not ended
    const about = (place: string) => (place.endsWith('template-syntax') ? place.replace(/:\d+/, '') : place);
    for (const [at, [name, , wanted]] of inTemplates.entries())
      expect([name, placesOf(at + 1).map(about)]).toEqual([name, expect.arrayContaining([about(wanted)])]);
  },
);

it.skipIf(!hasPython)(
  'what nunjucks has not, or cannot be handed, is said as not checked and is no fault of the plugin',
  async () => {
    const handed = (values: string): Readonly<Record<string, string>> =>
      change('common.py', "        raw_config['XX_zone'] = ''\n", `        raw_config['XX_zone'] = ''\n${values}`);
    const pairs = "        raw_config['XX_pairs'] = {(1, 2): 'a'}\n";
    const circle =
      "        raw_config['XX_self'] = [raw_config]\n        raw_config['XX_self'].append(raw_config['XX_self'])\n";
    const models = [
      // nobody asks for it
      handed(pairs),
      { ...handed(pairs), ...change('templates/base.tpl', '{{ ntp_ip }}', '{{ XX_pairs[(1, 2)] }}') },
      { ...handed(circle), ...change('templates/base.tpl', '{{ ntp_ip }}', '{{ XX_self|length }}') },
      change('templates/base.tpl', '{{ ntp_ip }}', "{{ [ntp_ip]|map('upper')|join }}"),
      change('templates/base.tpl', '{{ ntp_ip }}', '{% do [] %}{{ ntp_ip }}'),
    ];
    const { placesOf } = await foundIn(models, { engine: 'nunjucks' });
    expect(placesOf(0)).toEqual([]);
    for (const at of [1, 2, 3, 4]) {
      const kinds = placesOf(at).map((place) => place.replace(/^.*\/(\w+\.tpl):\d+/, '$1'));
      expect([at, kinds]).toEqual([at, expect.arrayContaining(['base.tpl not-checked'])]);
      expect(kinds.filter((kind) => !kind.endsWith('not-checked'))).toEqual([]);
    }
  },
);

it.skipIf(!hasPython)('the example families are without a fault, whoever renders', async () => {
  const plugins = await phonePlugins('examples/plugins');
  for (const options of [{}, { engine: 'nunjucks' }] as const) {
    const { findings, devices } = await tryPhones(plugins, options);
    expect([findings, devices > 400]).toEqual([[], true]);
  }
});
