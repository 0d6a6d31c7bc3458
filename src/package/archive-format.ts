import type { ReadLimits } from './limits.ts';
import type { PackageTree } from './tree.ts';

export interface ReadInput {
  /** In messages. */
  readonly name: string;
  readonly limits: ReadLimits;
}

/** All that is known of one kind of archive. */
export interface ArchiveFormat {
  /** Endings of file names, the usual one first. */
  readonly endings: readonly [string, ...string[]];
  recognises(bytes: Uint8Array): boolean;
  read(bytes: Uint8Array, input: ReadInput): Promise<PackageTree>;
  /** Packs reproducibly; absent where it is only read. */
  write?(tree: PackageTree): Promise<Uint8Array>;
}

/** A way to squeeze a tar. */
export interface Compression {
  readonly name: string;
  readonly endings: ArchiveFormat['endings'];
  /** The first bytes, in hexadecimal. */
  readonly begins: string;
  /** Throws `TooBig` where more than `cap` bytes would come out. */
  expand(packed: Uint8Array, cap: number, archive: string): Promise<Uint8Array>;
  compress?(tar: Buffer): Promise<Uint8Array>;
}

export function beginsWith(bytes: Uint8Array, hexadecimal: string): boolean {
  return Buffer.from(bytes.subarray(0, hexadecimal.length / 2)).toString('hex') === hexadecimal;
}
