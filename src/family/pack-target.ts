import { randomBytes } from 'node:crypto';
import { renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LockstepError } from '../failure/index.ts';
import { type PackageEntry, type PackageTree, packTarBzip2, sha1, sha256, treeOf } from '../package/index-write.ts';
import { readSource } from './file-digests.ts';
import { replaceFolder } from './replace-folder.ts';
import { unreadable } from './unreadable.ts';

/** All that packing a target takes, in a form that can be sent to another thread. */
export interface PackJob {
  readonly pluginId: string;
  readonly packageName: string;
  readonly out: string;
  readonly folder: string;
  readonly nodes: readonly PackNode[];
  /** About how much is to be packed. */
  readonly size: number;
}

/** A file is given by its bytes, or by the absolute path of the family's file that holds them. */
export type PackNode =
  | { readonly path: string; readonly kind: 'directory' }
  | { readonly path: string; readonly kind: 'link'; readonly target: string }
  | { readonly path: string; readonly kind: 'file'; readonly mode: number; readonly from: string | Uint8Array };

export interface PackedTarget {
  readonly size: number;
  readonly sha1: string;
  readonly sha256: string;
  readonly mtimeMs: number;
}

/**
 * Writes a target's package into `out` and its tree as `folder`; each takes the place of what was there in one step.
 * Blocks the thread. Throws `disk-full`, `file-unreadable`.
 */
export function packTarget({ pluginId, packageName, out, folder, nodes }: PackJob): PackedTarget {
  const tree = treeFrom(pluginId, nodes);
  const bytes = packTarBzip2(tree);
  const file = join(out, packageName);
  const fresh = join(out, `.${packageName}.${randomBytes(4).toString('hex')}`);
  try {
    replaceFolder(tree, folder);
    writeFileSync(fresh, bytes);
    renameSync(fresh, file);
    const { mtimeMs } = statSync(file);
    return { size: bytes.length, sha1: sha1(bytes), sha256: sha256(bytes), mtimeMs };
  } catch (cause) {
    rmSync(fresh, { force: true });
    throw cause instanceof LockstepError ? cause : writingFault(file, cause);
  }
}

function treeFrom(pluginId: string, nodes: readonly PackNode[]): PackageTree {
  return treeOf(
    pluginId,
    nodes.map((node): PackageEntry => {
      if (node.kind === 'directory') return { path: node.path, kind: 'directory', mode: 0o755 };
      if (node.kind === 'link') return { path: node.path, kind: 'link', mode: 0o777, target: node.target };
      const bytes = typeof node.from === 'string' ? readSource(node.from) : node.from;
      return { path: node.path, kind: 'file', mode: node.mode, bytes };
    }),
  );
}

function writingFault(path: string, cause: unknown): LockstepError {
  const { code } = cause as NodeJS.ErrnoException;
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return unreadable(path, cause);
  return new LockstepError('disk-full', `There is no room left to write ${path}.`, {
    hint: 'Free some space and build again; what is finished stays.',
    cause,
  });
}
