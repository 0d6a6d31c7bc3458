import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { permissions, permissionTable, roles } from '../src/api/index.ts';
import { ConfigSchema } from '../src/service/settings/config.ts';
import { projectRoot } from './journey/lockstep.ts';

const page = readFileSync(join(projectRoot, 'docs/configuration.md'), 'utf8');

/** The rows of the table below a heading, as cells; the first table of the page without one. */
function table(heading?: string): string[][] {
  const from = heading === undefined ? 0 : page.indexOf(`\n## ${heading}\n`);
  const text = page.slice(page.indexOf('\n|---', from));
  const rows = text.slice(0, text.indexOf('\n\n')).split('\n').slice(2);
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

function keysOf(schema: object, prefix = ''): string[] {
  const properties = 'properties' in schema ? (schema.properties as Record<string, object>) : null;
  if (properties === null) return [prefix];
  return Object.entries(properties).flatMap(([key, part]) => keysOf(part, prefix === '' ? key : `${prefix}.${key}`));
}

describe('docs/configuration.md', () => {
  it('describes each key of the configuration, and no other', () => {
    const described = table().flatMap(([keys = '']) => keys.split(', ').map((key) => key.slice(1, -1)));
    expect(described.toSorted()).toEqual(keysOf(ConfigSchema).toSorted());
  });

  it('says of each permission which roles have it', () => {
    const described = table('Who may do what').map(([name = '', , ...cells]) => [
      name.slice(1, -1),
      roles.filter((_, index) => cells[index] === 'yes'),
    ]);
    expect(described).toEqual(permissions.map((name) => [name, permissionTable[name]]));
  });
});
