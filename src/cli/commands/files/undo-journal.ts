import { appendFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';

/** One file before and after it was carried over, named from the folder in which the journal lies. */
export interface JournalEntry {
  readonly file: string;
  readonly before: string;
  readonly after: string;
}

export interface UpgradeName {
  readonly plugin: string;
  readonly to: number;
}

/**
 * The way back, kept in the folder that was upgraded, where version control does not see it. A file is written down before
 * it is replaced: whatever happens in between, there is a way back.
 */
export async function appendJournal(
  root: string,
  upgrade: UpgradeName,
  entries: readonly { readonly path: string; readonly before: string; readonly after: string }[],
): Promise<void> {
  const folder = join(root, '.lockstep');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, '.gitignore'), '*\n');
  const lines = entries.map(({ path, before, after }) => {
    const entry: JournalEntry = { file: relative(root, path).split(sep).join('/'), before, after };
    return `${JSON.stringify(entry)}\n`;
  });
  // exports hold secrets
  await appendFile(journalFile(root, upgrade), lines.join(''), { mode: 0o600 });
}

/** What was done, oldest first; empty where nothing was. A line that was cut off names a file that was not touched yet. */
export async function readJournal(root: string, upgrade: UpgradeName): Promise<JournalEntry[]> {
  const text = await readFile(journalFile(root, upgrade), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as JournalEntry);
}

/** The highest version above that one of these files was carried over to since; null where none was. */
export async function carriedFurther(
  root: string,
  upgrade: UpgradeName,
  files: ReadonlySet<string>,
): Promise<number | null> {
  const names = await readdir(join(root, '.lockstep')).catch(() => []);
  const start = `undo-${encodeURIComponent(upgrade.plugin)}-`;
  const above = names
    .filter((name) => name.startsWith(start) && name.endsWith('.ndjson'))
    .map((name) => Number(name.slice(start.length, -'.ndjson'.length)))
    .filter((to) => to > upgrade.to)
    .sort((a, b) => b - a);
  for (const to of above) {
    const entries = await readJournal(root, { plugin: upgrade.plugin, to });
    if (entries.some(({ file }) => files.has(file))) return to;
  }
  return null;
}

/** Keeps what has no way back yet; nothing left, no journal. */
export async function replaceJournal(
  root: string,
  upgrade: UpgradeName,
  entries: readonly JournalEntry[],
): Promise<void> {
  const file = journalFile(root, upgrade);
  if (entries.length === 0) {
    await rm(file, { force: true });
    const left = await readdir(dirname(file)).catch(() => []);
    if (left.every((name) => name === '.gitignore')) await rm(dirname(file), { recursive: true, force: true });
  } else await writeFile(file, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''), { mode: 0o600 });
}

function journalFile(root: string, { plugin, to }: UpgradeName): string {
  return join(root, '.lockstep', `undo-${encodeURIComponent(plugin)}-${to}.ndjson`);
}
