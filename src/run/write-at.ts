import { closeSync, mkdirSync, openSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Writes where an agent says, never beyond the end, and not to a file that has `most` bytes already; a piece that is
 * there already is not written twice. Answers the file's size.
 */
export function writeAt(file: string, offset: number, bytes: Uint8Array, most: number): number {
  mkdirSync(dirname(file), { recursive: true });
  const handle = openSync(file, 'a', 0o600);
  closeSync(handle);
  const { size } = statSync(file);
  if (offset > size || offset + bytes.length <= size || size >= most) return size;
  const fresh = bytes.subarray(size - offset);
  const writing = openSync(file, 'r+');
  try {
    for (let done = 0; done < fresh.length; ) done += writeSync(writing, fresh, done, fresh.length - done, size + done);
  } finally {
    closeSync(writing);
  }
  return size + fresh.length;
}
