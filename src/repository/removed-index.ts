import { sha256 } from '../package/index-write.ts';

const blanks = [' ', '\t', '\n', '\r'] as const;

/**
 * What stands in the place of the index of a channel that was removed: an index that offers nothing, which no other tool
 * writes, with the digest of the one that it replaced in its blanks. So no two are the same, and who still holds the
 * former index, or the one before, cannot move it.
 */
export function removedIndex(before: Uint8Array): Uint8Array {
  const digest = Buffer.from(sha256(before), 'hex').subarray(0, 16);
  const written = [...digest].flatMap((byte) => [6, 4, 2, 0].map((shift) => blanks[(byte >> shift) & 3]));
  return new TextEncoder().encode(`{${written.join('')}}`);
}

/** Whether these bytes say that the channel is gone, as a missing index does. */
export function isRemoved(bytes: Uint8Array): boolean {
  return bytes.byteLength === 66 && /^\{[ \t\n\r]{64}\}$/.test(new TextDecoder().decode(bytes));
}
