import { resolve } from 'node:path';
import { openFamilyTree, resolveTargets } from '../src/family/index.ts';
import {
  comparePhones,
  type PhonePlugin,
  phonePluginOf,
  readRealDevices,
  tryPhones,
} from '../src/family/index-phones.ts';

/**
 * What trying and comparing telephones costs: `npm run bench:telephones [FOLDER]`, by default over the examples. Of a folder
 * of families: plugins, samples, files, faults by kind, seconds; where nunjucks makes other files than Jinja2; and a comparison
 * for 1,000 telephones against the same one for 100.
 */
const folder = resolve(process.argv[2] ?? 'examples/plugins');
const { targets, failures } = await resolveTargets(await openFamilyTree({ dir: folder, remember: false }), () => true);
const plugins = targets.map(phonePluginOf);
process.stdout.write(`${plugins.length} plugins, ${failures.length} cannot be built\n`);

const [report, seconds] = await timed(() => tryPhones(plugins));
process.stdout.write(
  `${report.devices} samples, ${report.files} files (${report.unchecked} not checked), ${seconds} s\n`,
);
const kinds = new Map<string, number>();
for (const { code, severity } of report.findings)
  kinds.set(`${severity} ${code}`, (kinds.get(`${severity} ${code}`) ?? 0) + 1);
for (const [kind, count] of [...kinds].sort()) process.stdout.write(`  ${kind} ${count}\n`);

if (report.engine.templates === 'Jinja2') {
  const { perform } = await import('../src/family/phones/perform.ts');
  const { sampleDevices } = await import('../src/family/phones/sample-devices.ts');
  const parts = plugins.map((plugin) => ({ plugin, ...sampleDevices(plugin) }));
  const [real, other] = [await perform(parts), await perform(parts, { engine: 'nunjucks' })];
  let [files, same, spaces] = [0, 0, 0];
  const whose = new Set<string>();
  for (const [id, played] of real.plugins)
    for (const [key, outcome] of played.devices)
      for (const { path, text, template } of outcome.files) {
        if (template === null) continue;
        files += 1;
        const there = other.plugins
          .get(id)
          ?.devices.get(key)
          ?.files.find((file) => file.path === path)?.text;
        if (there === text) same += 1;
        else if (there?.replace(/\s+/g, '') === text.replace(/\s+/g, '')) spaces += 1;
        else whose.add(id);
      }
  process.stdout.write(
    `nunjucks: ${same} of ${files} files equal, ${spaces} but for white space, others in ${whose.size} plugins\n`,
  );
  if (process.argv.includes('--who')) process.stdout.write(`${[...whose].join('\n')}\n`);
}

const plugin = plugins.reduce((most, one) => (weight(one) > weight(most) ? one : most));
const templates = new Map(plugin.files);
for (const [path, text] of templates)
  if (/base\.tpl$/.test(path) && text !== null) templates.set(path, `${text}\n`.replace('\n', ' \n'));
const now: PhonePlugin = { ...plugin, files: templates };
for (const count of [100, 1000]) {
  const devices = readRealDevices(server(plugin, count), 'bench');
  const [compared, took] = await timed(() => comparePhones([plugin], [now], { devices }));
  process.stdout.write(
    `compare ${plugin.id}: ${compared.changed} of ${compared.devices} telephones in ${compared.groups.length} groups, ${took} s\n`,
  );
}

function weight({ info }: PhonePlugin): number {
  return Object.keys((info['capabilities'] ?? {}) as object).length;
}

function server({ id, info }: PhonePlugin, count: number): unknown {
  const models = Object.keys((info['capabilities'] ?? {}) as object);
  return {
    devices: Array.from({ length: count }, (_none, at) => {
      const [vendor, model, version] = models[at % models.length]!.split(',').map((part) => part.trim());
      const mac = `00:15:65:${at
        .toString(16)
        .padStart(6, '0')
        .replace(/(..)(?=.)/g, '$1:')}`;
      const line = {
        username: `u${at}`,
        password: `p${at}`,
        display_name: `Ada ${at}`,
        number: String(2000 + at),
        proxy_ip: '192.0.2.9',
      };
      const raw_config = {
        sip_proxy_ip: '192.0.2.9',
        protocol: 'SIP',
        locale: 'fr_FR',
        timezone: 'Europe/Paris',
        sip_lines: { 1: line },
      };
      return { id: `d${at}`, mac, vendor, model, version, plugin: id, raw_config };
    }),
  };
}

async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const begun = performance.now();
  const result = await work();
  return [result, Math.round((performance.now() - begun) / 100) / 10];
}
