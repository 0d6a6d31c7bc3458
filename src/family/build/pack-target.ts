import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LockstepError } from '../../failure/index.ts';
import { inOrder, packTarBzip2, sha1, sha256, type TarEntry } from '../../package/index-write.ts';
import { type FolderEntry, replaceFolder } from './replace-folder.ts';
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
  | {
      readonly path: string;
      readonly kind: 'file';
      readonly mode: number;
      readonly size: number;
      readonly from: string | Uint8Array;
    };

export interface PackedTarget {
  readonly size: number;
  readonly sha1: string;
  readonly sha256: string;
  readonly mtimeMs: number;
}

/**
 * Writes a target's package into `out` and its tree as `folder`; each takes the place of what was there in one step.
 * Blocks the thread. Throws `disk-full`, `file-unreadable`, `internal`.
 */
export function packTarget({ pluginId, packageName, out, folder, nodes }: PackJob): PackedTarget {
  const file = join(out, packageName);
  const fresh = join(out, `.${packageName}.${randomBytes(4).toString('hex')}`);
  const contents: FolderEntry[] = [];
  const complete = inOrder(nodes, (path): PackNode => ({ path, kind: 'directory' }));
  try {
    return packTarBzip2({
      root: pluginId,
      entries: complete.map((node): TarEntry => {
        if (node.kind !== 'file') {
          contents.push(node);
          return node;
        }
        const { path, kind, mode, size, from } = node;
        const read = (into: Uint8Array): void => {
          if (typeof from === 'string') readWhole(from, into);
          else into.set(from);
          contents.push({ path, kind, mode, bytes: into });
        };
        return { path, kind, mode, size, read };
      }),
      onRead: () => replaceFolder(contents, folder),
      onPacked: (bytes) => {
        writeFileSync(fresh, bytes);
        renameSync(fresh, file);
        const { mtimeMs } = statSync(file);
        return { size: bytes.length, sha1: sha1(bytes), sha256: sha256(bytes), mtimeMs };
      },
    });
  } catch (cause) {
    rmSync(fresh, { force: true });
    throw cause instanceof LockstepError ? cause : writingFault(file, cause);
  }
}

/** Reads a file of the family into the room that was left for it. */
function readWhole(path: string, into: Uint8Array): void {
  let read = 0;
  try {
    const file = openSync(path, 'r');
    try {
      while (read < into.length) {
        const more = readSync(file, into, read, into.length - read, null);
        if (more === 0) break;
        read += more;
      }
      read += readSync(file, new Uint8Array(1));
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    throw unreadable(path, cause);
  }
  if (read === into.length) return;
  throw new LockstepError('file-unreadable', `${path} was changed while it was packed.`, {
    hint: 'Build again once nobody writes to it.',
  });
}

function writingFault(path: string, cause: unknown): LockstepError {
  const { code } = cause as NodeJS.ErrnoException;
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return unreadable(path, cause);
  return new LockstepError('disk-full', `There is no room left to write ${path}.`, {
    hint: 'Free some space and build again; what is finished stays.',
    cause,
  });
}
