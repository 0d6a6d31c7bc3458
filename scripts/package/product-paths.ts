import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Plugin, PluginContext } from 'rolldown';

/** Made by the build itself, so that they may not be there yet. */
const made = ['web/dist', 'src/cli/help'];

const beside = /\bnew URL\(\s*(['"])([^'"]+)\1\s*,\s*import\.meta\.url\s*\)/g;
const inPackage = /\bcreateRequire\(import\.meta\.url\)\.resolve\((['"])([^'"]+)\1\)/g;
const harmless = /import\.meta\.url\.endsWith\(/g;
const anyPlace = /\bimport\.meta\.(url|dirname|filename|resolve|main)\b/;

export interface ProductPaths {
  readonly plugin: Plugin;
  /** What was found beside the code and now lies beside the built code, as it lies in the sources. */
  files(): readonly string[];
}

/**
 * What code finds beside itself in the sources it finds beside the built code too: a module becomes an entry of its own, a
 * file is copied next to the code, and the product's folders are looked for from where the code lies now. Our own code
 * that looks for a file in any other way ends the build, so that it cannot fail in an installation only.
 */
export function productPaths({ root, out }: { readonly root: string; readonly out: string }): ProductPaths {
  const sources = join(root, 'src') + sep;
  const taken = new Map<string, string>();

  /** The address, seen from the folder of the built code, of what lies at `target` in the sources. */
  function addressOf(context: PluginContext, target: string): string {
    const there = existsSync(target);
    const fromRoot = relative(root, target).replaceAll(sep, '/');
    if (!there && !made.includes(fromRoot)) context.error(`${fromRoot} does not exist`);
    const isModules = target.includes(`${sep}node_modules${sep}`);
    if (!isModules && !target.startsWith(sources)) return relative(out, target).replaceAll(sep, '/');
    if (!there) return `./${basename(target)}/`;
    if (statSync(target).isDirectory()) return './';
    const isModule = /\.ts$/.test(target);
    const fileName = isModule ? basename(target).replace(/\.ts$/, '.js') : basename(target);
    const before = taken.get(fileName);
    if (before !== undefined && before !== target) context.error(`${before} and ${target} would both be ${fileName}`);
    if (before === undefined) {
      taken.set(fileName, target);
      if (isModule) context.emitFile({ type: 'chunk', id: target, fileName });
      else context.emitFile({ type: 'asset', fileName, source: readFileSync(target) });
    }
    return `./${fileName}`;
  }

  const plugin: Plugin = {
    name: 'product-paths',
    transform(code, id) {
      if (!anyPlace.test(code)) return null;
      const here = pathToFileURL(id);
      const builtUrl = (target: string): string => `new URL(${JSON.stringify(addressOf(this, target))}, built.url)`;
      const changed = code
        .replaceAll(beside, (_all, _quote, path: string) => builtUrl(fileURLToPath(new URL(path, here))))
        .replaceAll(inPackage, (_all, _quote, name: string) => builtUrl(createRequire(id).resolve(name)));
      if (id.startsWith(sources) && anyPlace.test(changed.replaceAll(harmless, ''))) {
        this.error(`${relative(root, id)} finds a file as built code cannot: write new URL('…', import.meta.url)`);
      }
      return { code: changed.replaceAll('built.url)', 'import.meta.url)'), map: null };
    },
  };
  return { plugin, files: () => [...taken.values()] };
}
