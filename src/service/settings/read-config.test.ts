import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LockstepError } from '../../failure/index.ts';
import { parseConfig, readConfig } from './read-config.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-config-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const faults: [what: string, file: string, text: string, line: number, column: number, says: RegExp][] = [
  ['an unknown key', 'a.yaml', 'listen:\n  prot: 80\n', 2, 3, /"listen\.prot" is no key/],
  ['a wrong type', 'a.yaml', 'listen:\n  port: eighty\n', 2, 3, /"listen\.port" must be integer/],
  ['a port out of range', 'a.yaml', 'listen: { host: "::1", port: 70000 }\n', 1, 24, /listen\.port/],
  ['a word that is no choice', 'a.yaml', '\nlog:\n  level: loud\n', 3, 3, /log\.level/],
  ['text that is no YAML', 'a.yaml', 'data: "open\n', 2, 1, /quote/i],
  ['a doubled key', 'a.yaml', 'data: a\ndata: b\n', 2, 1, /unique/],
  ['JSON with an unknown key', 'a.json', '{\n  "datas": "x"\n}', 2, 3, /"datas" is no key/],
  ['an old file with a broken line', 'provd.conf', '[general]\nwhat is this\n', 2, 1, /neither a section/],
  [
    'an old file with a switch that is none',
    'provd.conf',
    '[general]\ncache_plugin: perhaps\n',
    2,
    1,
    /not True or False/,
  ],
];

describe('a configuration file', () => {
  it.each(faults)('with %s is one error with its place', (_what, file, text, line, column, says) => {
    const found = (() => {
      try {
        return parseConfig(text, file);
      } catch (error) {
        return error;
      }
    })();
    expect(found).toBeInstanceOf(LockstepError);
    const error = found as LockstepError;
    expect([error.code, error.where]).toEqual(['config-not-valid', { file, line, column }]);
    expect(error.message).toMatch(says);
  });

  it('is overruled by the environment, and that by the command line', async () => {
    const file = join(folder, 'lockstep.yaml');
    await writeFile(
      file,
      'listen: { port: 1000, host: 0.0.0.0 }\nplugins:\n  plugin_server: http://file/\n  locale: fr\n',
    );
    const config = await readConfig({
      file,
      env: { LOCKSTEP_PORT: '2000', LOCKSTEP_PLUGIN_SERVER: 'http://environment/' },
      flags: { port: 3000 },
      cwd: folder,
    });
    expect(config.listen).toMatchObject({ host: '0.0.0.0', port: 3000 });
    expect(config.plugins).toMatchObject({
      plugin_server: { value: 'http://environment/', source: 'environment' },
      locale: { value: 'fr', source: 'file' },
    });
  });

  it('may be an old provd.conf, in which cache_plugin means what it says', () => {
    const text =
      '# old\n[general]\ncache_plugin: True\nplugin_server = http://old/plugins/1/stable/\nrest_port: 8666\n[database]\ntype: json\n';
    expect(parseConfig(text, '/etc/provd/provd.conf')).toEqual({
      plugins: { cache_plugin: true, plugin_server: 'http://old/plugins/1/stable/' },
      listen: { port: 8666 },
    });
  });
});
