import { type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem } from '../../failure/index.ts';

/** Documents, passwords and keys lie there: others of the machine have no business in it. */
export function dataModes(data: string): Problem[] {
  return ['.', 'lockstep.db', 'lockstep.db-wal', 'lockstep.db-shm', 'run.key'].flatMap((name) => {
    const place = name === '.' ? data : join(data, name);
    const found = modeOf(place);
    if (!found || (found.mode & 0o077) === 0) return [];
    return [
      {
        code: 'data-not-private',
        severity: 'warning',
        message: `${place} is open to others of this machine (mode ${written(found.mode)}).`,
        hint: `chmod ${found.isFolder ? 700 : 600} ${place}`,
      },
    ];
  });
}

/** A key in a place of its own. Its group may read it, where a platform hands it over so; everybody may not. */
export function keyModes(place: string): Problem[] {
  const found = modeOf(place);
  if (!found || (found.mode & 0o077) === 0) return [];
  const everybody = (found.mode & 0o007) !== 0;
  return [
    {
      code: 'key-not-private',
      severity: everybody ? 'error' : 'warning',
      message: `${place} is open to ${everybody ? 'everybody' : 'its group'} of this machine (mode ${written(found.mode)}).`,
      hint: `chmod ${found.isFolder ? 700 : 600} ${place}; where somebody else may have read a key, replace it.`,
    },
  ];
}

function modeOf(place: string): { readonly mode: number; readonly isFolder: boolean } | null {
  let stats: Stats | undefined;
  try {
    stats = statSync(place, { throwIfNoEntry: false });
  } catch {
    // whoever may not look there learns nothing of it
    return null;
  }
  return stats ? { mode: stats.mode & 0o777, isFolder: stats.isDirectory() } : null;
}

function written(mode: number): string {
  return mode.toString(8).padStart(3, '0');
}
