import { LockstepError } from '../failure/index.ts';
import { normalMode, type PackageEntry, type PackageTree } from './tree.ts';

const block = 512;
const record = 20 * block;

/** What goes into a tar; a file's bytes are asked for when there is room for them. */
export type TarEntry =
  | { readonly path: string; readonly kind: 'directory' }
  | { readonly path: string; readonly kind: 'link'; readonly target: string }
  | {
      readonly path: string;
      readonly kind: 'file';
      readonly mode: number;
      readonly size: number;
      readonly read: (into: Uint8Array) => void;
    };

/** A tar that is planned: how large it will be, and how to write it into that many bytes, all of them zero. */
export interface TarPlan {
  readonly size: number;
  readonly write: (tar: Buffer) => void;
}

/**
 * A GNU tar of a tree: first member `<root>/`, then everything below it in order of path. Owner and group 0, modes
 * 0755/0644, one fixed time; so the same tree gives the same bytes everywhere. A library would write pax headers,
 * which the old clients' tools read but never wrote.
 */
export function writeTar(tree: PackageTree): Buffer {
  if (tree.root === null) {
    throw new LockstepError('usage', 'A tar package needs one root folder, named after its plugin.');
  }
  const { size, write } = planTar(tree.root, tree.entries.map(tarEntry));
  const tar = Buffer.alloc(size);
  write(tar);
  return tar;
}

/** Plans the same tar for entries that are sorted and complete, without having their bytes yet. */
export function planTar(root: string, entries: readonly TarEntry[]): TarPlan {
  const members = [directory(`${root}/`), ...entries.flatMap((entry) => membersFor(root, entry))];
  const size = members.reduce((sum, member) => sum + block + padded(member.size), 2 * block);
  return {
    size: Math.ceil(size / record) * record,
    write: (tar) => {
      let at = 0;
      for (const member of members) {
        writeHeader(tar.subarray(at, at + block), member);
        member.read(tar.subarray(at + block, at + block + member.size));
        at += block + padded(member.size);
      }
    },
  };
}

function tarEntry(entry: PackageEntry): TarEntry {
  if (entry.kind !== 'file') return entry;
  const { path, kind, bytes } = entry;
  return { path, kind, mode: normalMode(entry), size: bytes.length, read: (into) => into.set(bytes) };
}

interface Member {
  readonly name: string;
  readonly mode: number;
  readonly type: string;
  readonly target: string;
  readonly size: number;
  readonly read: (into: Uint8Array) => void;
}

const empty = { target: '', size: 0, read: () => undefined } as const;

function directory(name: string): Member {
  return { ...empty, name, mode: 0o755, type: '5' };
}

function membersFor(root: string, entry: TarEntry): Member[] {
  const name = `${root}/${entry.path}`;
  if (entry.kind === 'directory') return [...longName(`${name}/`, 'L'), directory(`${name}/`)];
  if (entry.kind === 'link') {
    const { target } = entry;
    return [...longName(target, 'K'), ...longName(name, 'L'), { ...empty, name, mode: 0o777, type: '2', target }];
  }
  const { mode, size, read } = entry;
  return [...longName(name, 'L'), { name, mode, type: '0', target: '', size, read }];
}

/** GNU tar's way to say a name of more than 100 bytes: a member of its own before the real one. */
function longName(text: string, type: 'K' | 'L'): Member[] {
  if (Buffer.byteLength(text) <= 100) return [];
  const bytes = Buffer.from(`${text}\0`);
  const read = (into: Uint8Array): void => into.set(bytes);
  return [{ name: '././@LongLink', mode: 0o644, type, target: '', size: bytes.length, read }];
}

function padded(size: number): number {
  return Math.ceil(size / block) * block;
}

/** Into 512 bytes that are all zero. */
function writeHeader(bytes: Buffer, { name, mode, type, target, size }: Member): void {
  Buffer.from(name).copy(bytes, 0, 0, 100);
  bytes.write(octal(mode, 7), 100);
  bytes.write(octal(0, 7), 108);
  bytes.write(octal(0, 7), 116);
  bytes.write(octal(size, 11), 124);
  bytes.write(octal(fixedTime, 11), 136);
  bytes.write('        ', 148);
  bytes.write(type, 156);
  Buffer.from(target).copy(bytes, 157, 0, 100);
  bytes.write('ustar  \0', 257, 'latin1');
  bytes.write('root', 265);
  bytes.write('root', 297);
  let sum = 0;
  for (const byte of bytes) sum += byte;
  bytes.write(`${octal(sum, 6)}\0 `, 148, 'latin1');
}

/** 1 January 2000, UTC, in seconds: after the zip epoch, before anything that is packed. */
const fixedTime = 946_684_800;

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}
