import { LockstepError } from '../failure/index.ts';
import { normalMode, type PackageEntry, type PackageTree } from './tree.ts';

const block = 512;
const record = 20 * block;

/**
 * A GNU tar of a tree: first member `<root>/`, then everything below it in order of path. Owner and group 0, modes
 * 0755/0644, one fixed time; so the same tree gives the same bytes everywhere. A library would write pax headers,
 * which the old clients' tools read but never wrote.
 */
export function writeTar(tree: PackageTree): Buffer {
  if (tree.root === null) {
    throw new LockstepError('usage', 'A tar package needs one root folder, named after its plugin.');
  }
  const members = [
    { name: `${tree.root}/`, mode: 0o755, type: '5', target: '', bytes: nothing },
    ...tree.entries.flatMap((entry) => membersFor(tree.root!, entry)),
  ];
  const size = members.reduce((sum, { bytes }) => sum + block + padded(bytes.length), 2 * block);
  const tar = Buffer.alloc(Math.ceil(size / record) * record);
  let at = 0;
  for (const member of members) {
    writeHeader(tar.subarray(at, at + block), member);
    tar.set(member.bytes, at + block);
    at += block + padded(member.bytes.length);
  }
  return tar;
}

interface Member {
  readonly name: string;
  readonly mode: number;
  readonly type: string;
  readonly target: string;
  readonly bytes: Uint8Array;
}

const nothing = new Uint8Array(0);

function membersFor(root: string, entry: PackageEntry): Member[] {
  const name = `${root}/${entry.path}${entry.kind === 'directory' ? '/' : ''}`;
  const target = entry.target ?? '';
  const type = entry.kind === 'directory' ? '5' : entry.kind === 'link' ? '2' : '0';
  return [
    ...longName(target, 'K'),
    ...longName(name, 'L'),
    { name, mode: normalMode(entry), type, target, bytes: entry.bytes ?? nothing },
  ];
}

/** GNU tar's way to say a name of more than 100 bytes: a member of its own before the real one. */
function longName(text: string, type: 'K' | 'L'): Member[] {
  if (Buffer.byteLength(text) <= 100) return [];
  return [{ name: '././@LongLink', mode: 0o644, type, target: '', bytes: Buffer.from(`${text}\0`) }];
}

function padded(size: number): number {
  return Math.ceil(size / block) * block;
}

/** Into 512 bytes that are all zero. */
function writeHeader(bytes: Buffer, { name, mode, type, target, bytes: content }: Member): void {
  Buffer.from(name).copy(bytes, 0, 0, 100);
  bytes.write(octal(mode, 7), 100);
  bytes.write(octal(0, 7), 108);
  bytes.write(octal(0, 7), 116);
  bytes.write(octal(content.length, 11), 124);
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
