import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { LockstepError } from '../failure/index.ts';

const web = fileURLToPath(new URL('../../web/', import.meta.url));
const vite = fileURLToPath(new URL('../../node_modules/vite/bin/vite.js', import.meta.url));
const built = join(web, 'dist');
const lock = join(web, 'node_modules/.building');

/**
 * Builds the page of a clone where its sources are newer than what was built, so that nobody serves an old page or none.
 * An installation without the sources or without the build tool keeps what it has. Answers whether it built.
 */
export async function buildPage(note: (text: string) => void): Promise<boolean> {
  if (!existsSync(join(web, 'src')) || !existsSync(vite)) return false;
  if (!(await isStale())) return false;
  if (!(await takeLock())) return false;
  try {
    if (!(await isStale())) return false;
    note('The page is built, because its sources are newer …');
    await build();
    return true;
  } finally {
    await rm(lock, { recursive: true, force: true });
  }
}

async function isStale(): Promise<boolean> {
  const page = await stat(join(built, 'index.html')).catch(() => null);
  if (!page) return true;
  const entries = await readdir(join(web, 'src'), { recursive: true, withFileTypes: true });
  const sources = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const others = ['index.html', 'vite.config.ts', 'package.json', '../package-lock.json'].map((name) =>
    join(web, name),
  );
  const files = [...sources, ...others];
  const times = await Promise.all(files.map(async (file) => (await stat(file)).mtimeMs));
  return Math.max(...times) > page.mtimeMs;
}

/** False after another process has built meanwhile; a lock older than two minutes belongs to nobody. */
async function takeLock(): Promise<boolean> {
  await mkdir(join(web, 'node_modules'), { recursive: true });
  for (let waited = false; ; waited = true) {
    try {
      await mkdir(lock);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const since = await stat(lock).catch(() => null);
    if (!since && waited) return false;
    if (since && Date.now() - since.mtimeMs > 120_000) await rm(lock, { recursive: true, force: true });
    await pause(200);
  }
}

/** Into a folder of its own first: what is served stays whole until the new page is complete. */
async function build(): Promise<void> {
  const unfinished = join(web, `dist.${process.pid}`);
  const parameters = [vite, 'build', '--outDir', unfinished, '--emptyOutDir', '--logLevel', 'warn'];
  const child = spawn(process.execPath, parameters, {
    cwd: web,
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => (said += piece.toString()));
  const code = await new Promise<number | null>((done) => child.on('close', done));
  if (code !== 0) {
    await rm(unfinished, { recursive: true, force: true });
    throw new LockstepError('internal', `The page could not be built: ${said.slice(-2000)}`, {
      hint: 'Run `npm run build`, or serve a built page with --web <dir>.',
    });
  }
  await rm(built, { recursive: true, force: true });
  await rename(unfinished, built);
}
