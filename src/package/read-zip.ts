import { promisify } from 'node:util';
import { crc32, inflateRaw } from 'node:zlib';
import { type Entry, fromBufferPromise, getFileNameLowLevel, type ZipFile } from 'yauzl';
import { expansionCap, type ReadLimits } from './limits.ts';
import { notReadable, notSafe } from './package-faults.ts';
import { tooBig } from './too-big.ts';
import type { PackageTree } from './tree.ts';
import { TreeCollector } from './tree-collector.ts';

const inflate = promisify(inflateRaw);

/** Reads a zip: sizes and CRC of every entry are checked, encrypted ones refused. */
export async function readZip(
  zip: Uint8Array,
  { name, limits }: { name: string; limits: ReadLimits },
): Promise<PackageTree> {
  const bytes = Buffer.from(zip.buffer, zip.byteOffset, zip.byteLength);
  const collector = new TreeCollector(name, limits);
  try {
    const file = await fromBufferPromise(bytes, { lazyEntries: true, decodeStrings: false });
    if (file.entryCount > limits.maxEntries) throw notSafe(name, `it holds ${file.entryCount} entries`);
    let left = expansionCap(zip.length, limits);
    for await (const entry of file.eachEntry()) {
      left -= entry.uncompressedSize;
      await readEntry({ collector, file, entry, archive: name, packedSize: zip.length, left });
    }
  } catch (error) {
    if (error instanceof Error && error.name === 'LockstepError') throw error;
    throw notReadable(name, 'its zip archive is damaged or cut off', error);
  }
  return collector.finish();
}

interface EntryInput {
  readonly collector: TreeCollector;
  readonly file: ZipFile;
  readonly entry: Entry;
  readonly archive: string;
  readonly packedSize: number;
  readonly left: number;
}

async function readEntry({ collector, file, entry, archive, packedSize, left }: EntryInput): Promise<void> {
  const raw = rawName(entry);
  if (entry.isEncrypted()) throw notReadable(archive, `the entry "${raw}" is encrypted`);
  if (left < 0) throw tooBig(archive, packedSize, left + entry.uncompressedSize, raw);
  if (raw.includes('\\') && entry.versionMadeBy >> 8 !== 3) {
    throw notSafe(archive, `the entry "${raw}" has a backslash in its name, where a zip has "/"`, raw);
  }
  const { kind, mode } = kindOf(archive, entry, raw);
  const path = collector.admit(raw, kind, entry.uncompressedSize);
  if (path === null) return;
  if (kind === 'directory') {
    collector.add({ path, kind, mode });
    return;
  }
  const content = await contentOf(file, entry, archive, raw, packedSize);
  if (kind === 'link') collector.add({ path, kind, mode: 0o777, target: content.toString('utf8') });
  else collector.add({ path, kind, mode, bytes: content });
}

/** The name as the author wrote it; yauzl would quietly turn `\` into `/`. */
function rawName(entry: Entry): string {
  return getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, true);
}

function kindOf(archive: string, entry: Entry, raw: string): { kind: 'file' | 'directory' | 'link'; mode: number } {
  const madeOnUnix = entry.versionMadeBy >> 8 === 3;
  const unix = entry.externalFileAttributes >>> 16;
  const mode = madeOnUnix && unix & 0o777 ? unix & 0o777 : 0o644;
  const type = unix & 0o170000;
  if (type === 0o120000) return { kind: 'link', mode };
  if (type === 0o040000 || raw.endsWith('/')) return { kind: 'directory', mode: mode | 0o111 };
  if (type !== 0 && type !== 0o100000 && madeOnUnix) {
    throw notSafe(archive, `the entry "${raw}" is neither a file nor a folder`, raw);
  }
  return { kind: 'file', mode };
}

async function contentOf(
  file: ZipFile,
  entry: Entry,
  archive: string,
  raw: string,
  packedSize: number,
): Promise<Buffer> {
  if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8) {
    throw notReadable(
      archive,
      `the entry "${raw}" is packed with method ${entry.compressionMethod}, which nobody else reads`,
    );
  }
  const packed = await readAll(file, entry);
  const bytes = entry.compressionMethod === 0 ? packed : await inflateUpTo(packed, entry, archive, raw, packedSize);
  if (bytes.length !== entry.uncompressedSize)
    throw notReadable(archive, `the entry "${raw}" has not the size it declares`);
  if (crc32(bytes) !== entry.crc32) throw notReadable(archive, `the entry "${raw}" is damaged (wrong CRC)`);
  return bytes;
}

async function readAll(file: ZipFile, entry: Entry): Promise<Buffer> {
  const options =
    entry.compressionMethod === 0 ? undefined : { decompress: false as const, decrypt: null, start: null, end: null };
  const stream = await openPacked(file, entry, options);
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

function openPacked(file: ZipFile, entry: Entry, options: object | undefined): Promise<NodeJS.ReadableStream> {
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, stream?: NodeJS.ReadableStream) => (error ? reject(error) : resolve(stream!));
    if (options) file.openReadStream(entry, options as never, done as never);
    else file.openReadStream(entry, done as never);
  });
}

async function inflateUpTo(
  packed: Buffer,
  entry: Entry,
  archive: string,
  raw: string,
  packedSize: number,
): Promise<Buffer> {
  try {
    return await inflate(packed, { maxOutputLength: Math.max(entry.uncompressedSize, 1) });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      throw tooBig(archive, packedSize, entry.uncompressedSize, raw);
    }
    throw error;
  }
}
