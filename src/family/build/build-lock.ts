import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { LockstepError } from '../../failure/index.ts';

/** Lets one build at a time write a tree's outputs. Returns the function that gives the lock back. Throws `build-busy`. */
export function takeBuildLock(file: string): () => void {
  mkdirSync(dirname(file), { recursive: true });
  for (let attempt = 0; ; attempt += 1) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = readHolder(file);
    if (attempt > 0 || (holder !== null && isRunning(holder))) {
      throw new LockstepError('build-busy', `Another build (process ${holder ?? 'unknown'}) is writing this tree.`, {
        hint: `Wait until it has ended. If there is none, delete ${file}.`,
      });
    }
    // its holder was killed
    rmSync(file, { force: true });
  }
}

function readHolder(file: string): number | null {
  try {
    return Number.parseInt(readFileSync(file, 'utf8'), 10) || null;
  } catch {
    return null;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
