import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot } from './journey/lockstep.ts';

const schemas = join(projectRoot, 'schemas');

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
});
