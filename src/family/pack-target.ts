import { randomBytes } from 'node:crypto';
import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LockstepError } from '../failure/index.ts';
import { sha1, sha256, writePackage } from '../package/index.ts';
import { toPackageTree } from './built-tree.ts';
import { replaceFolder } from './replace-folder.ts';
import type { ResolvedTarget } from './resolve-targets.ts';
import { unreadable } from './unreadable.ts';

export interface PackedTarget {
  readonly size: number;
  readonly sha1: string;
  readonly sha256: string;
  readonly mtimeMs: number;
}

/** Writes a target's package into `out` and its tree as `folder`; each takes the place of what was there in one step. */
export async function packTarget(
  { tree, facts }: ResolvedTarget,
  { out, folder }: { readonly out: string; readonly folder: string },
): Promise<PackedTarget> {
  const content = toPackageTree(tree);
  const packing = writePackage(content, 'tar.bz2');
  const file = join(out, facts.packageName);
  const fresh = join(out, `.${facts.packageName}.${randomBytes(4).toString('hex')}`);
  try {
    // other threads compress meanwhile
    replaceFolder(content, folder);
    const bytes = await packing;
    await writeFile(fresh, bytes);
    await rename(fresh, file);
    const { mtimeMs } = await stat(file);
    return { size: bytes.length, sha1: sha1(bytes), sha256: sha256(bytes), mtimeMs };
  } catch (cause) {
    await Promise.allSettled([packing, rm(fresh, { force: true })]);
    throw cause instanceof LockstepError ? cause : writingFault(file, cause);
  }
}

function writingFault(path: string, cause: unknown): LockstepError {
  const { code } = cause as NodeJS.ErrnoException;
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return unreadable(path, cause);
  return new LockstepError('disk-full', `There is no room left to write ${path}.`, {
    hint: 'Free some space and build again; what is finished stays.',
    cause,
  });
}
