import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * Makes a folder once, however many processes ask for it at the same time: the first one makes it under another name and
 * gives it its name when it is complete, the others wait for it.
 */
export async function madeOnce(folder: string, make: (unfinished: string) => Promise<void>): Promise<string> {
  await mkdir(dirname(folder), { recursive: true });
  while (!existsSync(folder)) {
    if (!(await takeLock(`${folder}.lock`))) {
      await pause(200);
      continue;
    }
    const unfinished = `${folder}.${process.pid}`;
    try {
      if (existsSync(folder)) break;
      await mkdir(unfinished);
      await make(unfinished);
      await rename(unfinished, folder);
    } finally {
      await rm(unfinished, { recursive: true, force: true });
      await rm(`${folder}.lock`, { force: true });
    }
  }
  return folder;
}

async function takeLock(lock: string): Promise<boolean> {
  try {
    const file = await open(lock, 'wx');
    await file.writeFile(String(process.pid));
    await file.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    if (await isAbandoned(lock)) await rm(lock, { force: true });
    return false;
  }
}

async function isAbandoned(lock: string): Promise<boolean> {
  try {
    const pid = Number(await readFile(lock, 'utf8'));
    // a lock is empty for the moment between its making and its writing
    if (pid === 0) return Date.now() - (await stat(lock)).mtimeMs > 10_000;
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
