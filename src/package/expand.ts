import { promisify } from 'node:util';
import { gunzip, zstdDecompress } from 'node:zlib';
import { runBzip2 } from './bzip2.ts';
import { expansionCap, type ReadLimits } from './limits.ts';
import { notReadable, notSafe } from './package-faults.ts';

export type Compression = 'bzip2' | 'gzip' | 'xz' | 'zstd';

const gunzipAll = promisify(gunzip);
const zstdAll = promisify(zstdDecompress);

/** The content of a compressed file; stops early, with `package-not-safe`, where it would grow beyond the limits. */
export async function expand(
  compression: Compression,
  packed: Uint8Array,
  { name, limits }: { name: string; limits: ReadLimits },
): Promise<Uint8Array> {
  const cap = expansionCap(packed.length, limits);
  try {
    if (compression === 'bzip2') return await expandBzip2Or(name, packed, cap);
    if (compression === 'xz') return await expandXz(packed, cap);
    const options = { maxOutputLength: cap };
    return compression === 'gzip' ? await gunzipAll(packed, options) : await zstdAll(packed, options);
  } catch (error) {
    if (isTooBig(error)) throw tooBig(name, packed.length, cap);
    if (error instanceof Error && error.name === 'LockstepError') throw error;
    throw notReadable(name, `its ${compression} data is damaged or cut off`, error);
  }
}

export function tooBig(name: string, packedSize: number, cap: number, entry?: string): Error {
  const what = entry === undefined ? 'it' : `the entry "${entry}"`;
  return notSafe(name, `${what} expands to more than ${cap} bytes from ${packedSize} (an archive bomb)`, entry);
}

class TooBig extends Error {}

function isTooBig(error: unknown): boolean {
  return error instanceof TooBig || (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
}

async function expandBzip2Or(name: string, packed: Uint8Array, cap: number): Promise<Uint8Array> {
  const outcome = await runBzip2({ verb: 'expand', input: packed, cap });
  if ('bytes' in outcome) return outcome.bytes;
  if (outcome.fault === 'too-big') throw new TooBig();
  if (outcome.fault === 'cut-off') throw notReadable(name, 'its bzip2 data is cut off');
  if (outcome.fault === 'out-of-memory') throw notReadable(name, 'there is not enough memory to expand it');
  throw notReadable(name, 'its bzip2 data is damaged');
}

async function expandXz(packed: Uint8Array, cap: number): Promise<Uint8Array> {
  const { default: xz } = await import('xz-decompress');
  const pieces: Uint8Array[] = [];
  let total = 0;
  // the library recycles its output buffer, so each piece is copied
  for await (const piece of new xz.XzReadableStream(new Blob([packed as Uint8Array<ArrayBuffer>]).stream())) {
    total += piece.length;
    if (total > cap) throw new TooBig();
    pieces.push(piece.slice());
  }
  return Buffer.concat(pieces);
}
