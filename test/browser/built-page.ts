import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildPage } from '../../src/cli/build-page.ts';
import { projectRoot } from '../journey/lockstep.ts';
import { madeOnce } from '../made-once.ts';

const web = join(projectRoot, 'web');

type Mode = 'production' | 'development';
/** As the sources stood when this process first asked. */
const pages = new Map<Mode, Promise<string>>();

/**
 * The page, built from the sources as they stand: a folder named by their digest, so that a test never looks at an old
 * page and no build replaces the files of a server that is running. Built for development, React says what is wrong
 * with the page, such as an element in a place where no browser expects it.
 */
export function builtPage(mode: Mode): Promise<string> {
  const page = pages.get(mode) ?? build(mode);
  pages.set(mode, page);
  return page;
}

async function build(mode: Mode): Promise<string> {
  const folder = join(projectRoot, 'node_modules/.cache/lockstep-page', `${await digestOfSources()}-${mode}`);
  return madeOnce(folder, async (unfinished) => {
    if (mode === 'production') {
      await buildPage(() => {});
      return cp(join(web, 'dist'), unfinished, { recursive: true });
    }
    const vite = join(projectRoot, 'node_modules/vite/bin/vite.js');
    const parameters = [vite, 'build', '--outDir', unfinished, '--emptyOutDir', '--logLevel', 'warn'];
    await promisify(execFile)(process.execPath, parameters, { cwd: web, env: { ...process.env, NODE_ENV: mode } });
  });
}

async function digestOfSources(): Promise<string> {
  const hash = createHash('sha256');
  for (const folder of ['src', 'public']) {
    const entries = await readdir(join(web, folder), { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    for (const file of files.sort()) hash.update(file.slice(web.length)).update(await readFile(file));
  }
  for (const file of ['index.html', 'vite.config.ts', 'package.json', '../package-lock.json']) {
    hash.update(await readFile(join(web, file)));
  }
  return hash.digest('hex').slice(0, 24);
}
