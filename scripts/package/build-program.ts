import { chmod, rm } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { build } from 'rolldown';
import { productPaths } from './product-paths.ts';

/** What others may have installed and we do without. */
const optional = ['pg-native', 'pg-cloudflare'];

/** Builds the command line, the client for other programs and all that they load into `dist/lib`: one folder of modules that need nothing from npm. */
export async function buildProgram(root: string): Promise<{ readonly modules: readonly string[] }> {
  const out = join(root, 'dist/lib');
  await rm(out, { recursive: true, force: true });
  const paths = productPaths({ root, out });
  const { output } = await build({
    cwd: root,
    input: { main: 'src/cli/main.js', api: 'src/api/published.ts' },
    platform: 'node',
    external: (name) => isBuiltin(name) || optional.includes(name),
    plugins: [paths.plugin],
    // a package that offers modules is read as such: its other form may look for its parts at run time
    resolve: { mainFields: ['module', 'main'] },
    transform: { target: 'node22' },
    logLevel: 'warn',
    output: {
      dir: out,
      format: 'esm',
      entryFileNames: '[name].js',
      chunkFileNames: '[name]-[hash].js',
      assetFileNames: '[name][extname]',
      comments: { legal: false },
    },
  });
  await chmod(join(out, 'main.js'), 0o755);
  const chunks = output.filter((file) => file.type === 'chunk');
  const missing = chunks.flatMap(({ code }) =>
    [...code.matchAll(/__require\((["'`][^"'`]+["'`])\)/g)].map(([, name]) => name!),
  );
  const unknown = missing
    .map((name) => name.slice(1, -1))
    .filter((name) => !isBuiltin(name) && !optional.includes(name));
  if (unknown.length > 0) throw new Error(`the built code would look for ${unknown.join(', ')} at run time`);
  return { modules: [...chunks.flatMap((chunk) => chunk.moduleIds), ...paths.files()] };
}
