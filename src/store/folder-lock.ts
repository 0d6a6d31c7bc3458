import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { LockstepError } from '../failure/index.ts';
import { translateSqliteError } from './sqlite/translate-sqlite-error.ts';

/**
 * Holds a folder (its data, an agent's home) for one process, by a file in it. The lock is SQLite's own on an empty database file: nothing is written, and the
 * operating system lets go of it when the process dies, however it dies. Throws `data-busy`, naming the holder where
 * the system tells it. Never open the lock file by other means in the same process: closing it would let go.
 */
export function lockFolder(file: string, { what, hint }: { readonly what: string; readonly hint: string }): () => void {
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    // no journal file beside it
    database.exec('pragma journal_mode = memory; begin exclusive');
  } catch (thrown) {
    database.close();
    const error = translateSqliteError(thrown, file);
    if (!(error instanceof LockstepError) || error.code !== 'data-busy') throw error;
    const holder = holderOf(file);
    throw new LockstepError('data-busy', `${what} is in use by ${holder?.text ?? 'another process'}.`, {
      hint,
      data: { folder: dirname(file), ...(holder && { pid: holder.pid }) },
      cause: thrown,
    });
  }
  return () => database.close();
}

/** Linux lists who holds which file's lock; elsewhere nobody is named. */
function holderOf(file: string): { pid: number; text: string } | null {
  try {
    const inode = statSync(file).ino;
    const line = readFileSync('/proc/locks', 'utf8')
      .split('\n')
      .find((text) => text.includes(`:${inode} `));
    const pid = Number(line?.trim().split(/\s+/)[4]);
    if (!Number.isInteger(pid) || pid <= 0) return null;
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim().slice(0, 120);
    return { pid, text: `process ${pid} (${command})` };
  } catch {
    return null;
  }
}
