/** How far an archive may expand before reading it stops. */
export interface ReadLimits {
  readonly maxEntries: number;
  /** Sum of all files, in bytes. */
  readonly maxBytes: number;
  /** Expanded size over packed size. */
  readonly maxRatio: number;
  /** Below this expanded size, in bytes, the ratio is not judged: firmware of some megabytes may be all padding. */
  readonly ratioFloor: number;
}

export const standardLimits: ReadLimits = {
  maxEntries: 20_000,
  maxBytes: 512 * 1024 * 1024,
  maxRatio: 200,
  ratioFloor: 16 * 1024 * 1024,
};

/** The number of bytes at which unpacking an archive of `packedSize` bytes must stop. */
export function expansionCap(packedSize: number, limits: ReadLimits): number {
  return Math.min(limits.maxBytes, Math.max(limits.ratioFloor, packedSize * limits.maxRatio));
}
