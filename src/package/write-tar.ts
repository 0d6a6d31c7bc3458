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
  const pieces: Buffer[] = [header({ name: `${tree.root}/`, mode: 0o755, size: 0, type: '5', target: '' })];
  for (const entry of tree.entries) pieces.push(...member(tree.root, entry));
  const size = pieces.reduce((sum, piece) => sum + piece.length, 0) + 2 * block;
  pieces.push(Buffer.alloc(2 * block + ((record - (size % record)) % record)));
  return Buffer.concat(pieces);
}

function member(root: string, entry: PackageEntry): Buffer[] {
  const name = `${root}/${entry.path}${entry.kind === 'directory' ? '/' : ''}`;
  const target = entry.target ?? '';
  const mode = normalMode(entry);
  const size = entry.bytes?.length ?? 0;
  const type = entry.kind === 'directory' ? '5' : entry.kind === 'link' ? '2' : '0';
  return [
    ...longName(target, 'K'),
    ...longName(name, 'L'),
    header({ name, mode, size, type, target }),
    ...(entry.bytes ? padded(entry.bytes) : []),
  ];
}

/** GNU tar's way to say a name of more than 100 bytes: a member of its own before the real one. */
function longName(text: string, type: 'K' | 'L'): Buffer[] {
  if (Buffer.byteLength(text) <= 100) return [];
  const bytes = Buffer.from(`${text}\0`);
  return [header({ name: '././@LongLink', mode: 0o644, size: bytes.length, type, target: '' }), ...padded(bytes)];
}

function padded(bytes: Uint8Array): Buffer[] {
  const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rest = bytes.length % block;
  return rest === 0 ? [content] : [content, Buffer.alloc(block - rest)];
}

interface HeaderFields {
  readonly name: string;
  readonly mode: number;
  readonly size: number;
  readonly type: string;
  readonly target: string;
}

function header({ name, mode, size, type, target }: HeaderFields): Buffer {
  const bytes = Buffer.alloc(block);
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
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(`${octal(sum, 6)}\0 `, 148, 'latin1');
  return bytes;
}

/** 1 January 2000, UTC, in seconds: after the zip epoch, before anything that is packed. */
const fixedTime = 946_684_800;

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}
