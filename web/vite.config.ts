import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const server = process.env['LOCKSTEP_SERVER'] ?? 'http://127.0.0.1:8080';

/** Writes each text once as small as it gets, beside itself: the server compresses nothing while people wait. */
function compressed(): Plugin {
  let folder = '';
  return {
    name: 'compressed',
    apply: 'build',
    configResolved: ({ root, build }) => {
      folder = join(root, build.outDir);
      if (build.outDir.startsWith('/')) folder = build.outDir;
    },
    closeBundle: async () => {
      const files = (await readdir(join(folder, 'assets'))).filter((name) => /\.(js|css|svg)$/.test(name));
      const best = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } };
      for (const name of files) {
        const file = join(folder, 'assets', name);
        const text = await readFile(file);
        await writeFile(`${file}.br`, await promisify(brotliCompress)(text, best));
        await writeFile(`${file}.gz`, await promisify(gzip)(text, { level: 9 }));
      }
    },
  };
}

export default defineConfig({
  // below whichever path a server is seen
  base: './',
  plugins: [react(), ...(process.env['NODE_ENV'] === 'development' ? [] : [compressed()])],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    // one style sheet: a page that comes late never comes without its looks
    cssCodeSplit: false,
  },
  server: { proxy: { '/api': server, '/plugins': server } },
});
