import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What was generated, for the report. */
export interface GeneratedTree {
  readonly families: number;
  readonly plugins: number;
  readonly files: number;
  readonly bytes: number;
}

const families = 21;
const plugins = 114;
const filesPerModel = 9;
const filesPerCommon = 12;
const largeShare = 0.12;

/** Writes a tree of families like the real one: 21 families, 114 plugins, about 1,300 files and 15 MB. Always the same. */
export function generateFamilyTree(root: string): GeneratedTree {
  const random = seeded(20240607);
  let files = 0;
  let bytes = 0;
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    files += 1;
    bytes += text.length;
  };
  for (let family = 0; family < families; family += 1) {
    const name = `vendor-${String.fromCharCode(97 + family)}`;
    const models = Array.from({ length: share(family) }, (_, index) => `${family + 1}.${index + 1}`);
    write(`${name}/build.py`, recipe(name, models, family % 3 === 0));
    write(`${name}/common/phone.btpl`, templateText(random, 4000, '#MODEL#'));
    for (let file = 1; file < filesPerCommon; file += 1) {
      write(`${name}/common/${place(file)}${file}.tpl`, templateText(random, smallSize(random), name));
    }
    for (const model of models) {
      write(`${name}/${model}/plugin-info`, pluginInfo(name, model));
      for (let file = 1; file < filesPerModel; file += 1) {
        const size = random() < largeShare ? largeSize(random) : smallSize(random);
        write(`${name}/${model}/${place(file)}model-${file}.tpl`, templateText(random, size, model));
      }
    }
  }
  return { families, plugins, files, bytes };
}

function share(family: number): number {
  return Math.floor(plugins / families) + (family < plugins % families ? 1 : 0);
}

function place(file: number): string {
  return ['', 'templates/', 'templates/', 'var/tftpboot/', 'var/tftpboot/lang/'][file % 5]!;
}

/** Sizes as in the real tree: most packages are of some 10 kB, a few of hundreds. */
function smallSize(random: () => number): number {
  return Math.round(300 + 9000 * random() ** 2);
}

function largeSize(random: () => number): number {
  return Math.round(50_000 + 200_000 * random() ** 2);
}

function recipe(family: string, models: readonly string[], substitutes: boolean): string {
  const targets = models.map((model, index) => {
    const sed = substitutes
      ? `    for phone in ('p${index}0', 'p${index}1', 'p${index}2'):
        with open(os.path.join(path, 'templates', phone + '.tpl'), 'wb') as template:
            check_call(['sed', f's/#MODEL#/{phone}/;/^# only/d', 'common/phone.btpl'], stdout=template)
`
      : '';
    return `
@target('${model}', '${family}-${model}')
def build_${model.replace('.', '_')}(path):
    check_call(['rsync', '-rlp', '--exclude', '.*', '--exclude', '*.btpl', 'common/', path])
    check_call(['rsync', '-rlp', '--exclude', '.*', '${model}/', path])
${sed}`;
  });
  return `import os\nfrom subprocess import check_call\n${targets.join('')}`;
}

function pluginInfo(family: string, model: string): string {
  const capabilities = Object.fromEntries(
    ['100', '200', '300', '400'].map((suffix) => [
      `${family}, ${model}-${suffix}, *`,
      { lines: 4, high_availability: true, function_keys: 12, protocol: 'sip', type: 'deskphone' },
    ]),
  );
  const info = { version: '1.2.3', description: `Plugin for ${family} in version ${model}.`, capabilities };
  return `${JSON.stringify(info, null, 4)}\n`;
}

const words = [
  'line',
  'user',
  'proxy',
  'codec',
  'ringtone',
  'timezone',
  'directory',
  'softkey',
  'label',
  'vlan',
  'ntp',
];

function templateText(random: () => number, size: number, mark: string): string {
  const lines: string[] = [`# only for people: ${mark}`];
  let length = 0;
  while (length < size) {
    const word = words[Math.floor(random() * words.length)]!;
    const line = `  <${word}_${Math.floor(random() * 1000)} perm="RW">{{ ${word}['${Math.floor(random() * 65536).toString(16)}'] }}</${word}> ${mark}`;
    lines.push(line);
    length += line.length + 1;
  }
  return `${lines.join('\n')}\n`;
}

/** mulberry32: small, and the same everywhere. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
