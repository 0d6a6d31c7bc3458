import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Schema from 'typebox/schema';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ConfigSchema } from '../src/service/settings/config.ts';
import { testFolder } from './journey/folder.ts';
import { projectRoot, succeed } from './journey/lockstep.ts';

const schemas = join(projectRoot, 'schemas');

const schemaOf = (name: string): object => JSON.parse(readFileSync(join(schemas, `${name}.schema.json`), 'utf8'));
const isValid = (name: string, value: unknown): boolean => Schema.Check(schemaOf(name), value);

function filesNamed(folder: string, name: RegExp): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => name.test(basename(path)) && !/(^|\/)(_build|node_modules)\//.test(path))
    .map((path) => join(folder, path));
}

describe('schemas for editors', () => {
  it('the catalogue names every XSD by the namespace that it describes', () => {
    const catalogue = readFileSync(join(schemas, 'catalog.xml'), 'utf8');
    const named = [...catalogue.matchAll(/<uri name="([^"]+)" uri="([^"]+)"/g)].map(([, name, file]) => ({
      name,
      file,
    }));
    expect(named.map(({ file }) => file).sort()).toEqual(
      readdirSync(schemas)
        .filter((name) => name.endsWith('.xsd'))
        .sort(),
    );
    for (const { name, file } of named) {
      expect(existsSync(join(schemas, file!))).toBe(true);
      expect(readFileSync(join(schemas, file!), 'utf8')).toContain(`targetNamespace="${name}"`);
    }
  });

  it('the schema of a server’s configuration is the one that the server reads it by', async () => {
    const head = { $schema: 'https://json-schema.org/draft/2020-12/schema', title: 'lockstep.yaml' };
    const text = `${JSON.stringify({ ...head, ...ConfigSchema }, null, 2)}\n`;
    await expect(text).toMatchFileSnapshot('../schemas/lockstep.schema.json');
  });

  it.each([
    ['family', /^family\.json$/],
    ['plugin-info', /^plugin-info$/],
    ['lockstep.config', /^lockstep\.config\.json$/],
  ])('every example and template of %s fits its schema', (name, files) => {
    const found = ['examples', 'templates'].flatMap((folder) => filesNamed(join(projectRoot, folder), files));
    if (name !== 'lockstep.config') expect(found.length).toBeGreaterThan(0);
    for (const file of found) expect(isValid(name, JSON.parse(readFileSync(file, 'utf8'))), file).toBe(true);
  });

  it('the shipped configuration of a server fits', () => {
    expect(isValid('lockstep', parse(readFileSync(join(projectRoot, 'deploy/lockstep.yaml'), 'utf8')) ?? {})).toBe(
      true,
    );
    expect(isValid('lockstep', { listen: { port: 'many' } })).toBe(false);
    expect(isValid('lockstep', { lisen: {} })).toBe(false);
  });

  it('a schema refuses what its reader refuses', () => {
    const family = (layer: object) => ({ targets: [{ id: '1', plugin: 'a-1', layers: [layer] }] });
    expect(isValid('family', family({ copy: 'common/', filters: [{ exclude: '.*' }] }))).toBe(true);
    for (const layer of [{ copi: 'x' }, { substitute: 'a', to: 'b' }, { move: 'a' }, { copy: 'a', filters: [{}] }])
      expect(isValid('family', family(layer)), JSON.stringify(layer)).toBe(false);
    expect(isValid('family', { targets: [], sources: [] })).toBe(false);
    const info = (more: object) => ({ version: '1', description: 'A', capabilities: {}, ...more });
    expect(isValid('plugin-info', info({}))).toBe(true);
    for (const more of [{ version: 1 }, { description_fr: 2 }, { capabilities: { 'V, M, F': { protocol: 'h323' } } }])
      expect(isValid('plugin-info', info(more)), JSON.stringify(more)).toBe(false);
    expect(isValid('lockstep.config', { repository: '/srv/channels', channel: 'testing' })).toBe(true);
    expect(isValid('lockstep.config', { publicHistory: 'yes' })).toBe(false);
    expect(isValid('answers', { '*': 'drop', 'a:b': { x: 'y' } })).toBe(true);
    expect(isValid('answers', { a: 1 })).toBe(false);
  });
});

describe('a new repository of plugins', () => {
  it.each([
    ['step', []],
    ['family', ['--family']],
  ])('of the kind %s has the schemas that its editors’ settings name', async (_kind, more) => {
    const cwd = await testFolder();
    await succeed(['plugin', 'new', 'mine', ...more], { cwd });
    const folder = join(cwd, 'mine');
    const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
    const settings = JSON.parse(read('.vscode/settings.json'));
    const named = [
      ...settings['json.schemas'].map(({ url }: { url: string }) => url),
      ...Object.keys(settings['yaml.schemas']),
      ...settings['xml.catalogs'],
    ];
    for (const path of named) expect(existsSync(join(folder, path)), path).toBe(true);
    const names = [...new Set(named.map((path) => basename(path)))].filter((name) => name.endsWith('.json'));
    expect(names.sort()).toEqual(readdirSync(schemas).filter((name) => name.endsWith('.json')));
    for (const name of names)
      for (const file of ['.helix/languages.toml', '.nvim.lua']) expect(read(file), file).toContain(name);
    for (const file of filesNamed(folder, /\.json$|^plugin\.xml$/)) {
      const [, schema] = /"\$schema": "(\.[^"]+)"/.exec(readFileSync(file, 'utf8')) ?? [];
      if (schema) expect(existsSync(join(dirname(file), schema)), `${file} names ${schema}`).toBe(true);
    }
  });
});
