import { readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

interface Locked {
  readonly version?: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

export interface ShippedPackage {
  /** As the lock has it: `node_modules/fastify`. */
  readonly path: string;
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

/** The npm packages that the product contains: those whose modules were built in, and all that the page is made of. */
export function shippedPackages(root: string, modules: readonly string[]): ShippedPackage[] {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, Locked>;
  };
  const paths = new Set(modules.flatMap((module) => packageOf(relative(root, module).replaceAll(sep, '/'))));
  for (const name of Object.keys(packages['web']?.dependencies ?? {})) addWithNeeds(packages, 'web', name, paths);
  return [...paths].sort().map((path) => {
    const { version, license } = packages[path] ?? {};
    if (version === undefined || license === undefined) throw new Error(`the lock does not say what ${path} is`);
    return { path, name: path.slice(path.lastIndexOf('node_modules/') + 13), version, license };
  });
}

/** `node_modules/a/node_modules/@b/c` of a module in it; nothing for a module of ours. */
function packageOf(module: string): string[] {
  const path = /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(module.replace(/^\0/, ''))?.[0];
  return path ? [path] : [];
}

/** Adds the package that `from` finds under a name, as Node looks for it: in its own folder first, then further out. */
function addWithNeeds(packages: Record<string, Locked>, from: string, name: string, found: Set<string>): void {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('node_modules/') - 1))) {
    const path = `${at === '' ? '' : `${at}/`}node_modules/${name}`;
    if (packages[path]) {
      if (found.has(path)) return;
      found.add(path);
      for (const needed of Object.keys(packages[path].dependencies ?? {})) addWithNeeds(packages, path, needed, found);
      return;
    }
    if (at === '') return;
    if (!at.includes('node_modules/')) at = '';
  }
}
