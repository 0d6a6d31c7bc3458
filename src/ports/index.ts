import type { Ports } from './ports.ts';
import { systemClock } from './system-clock.ts';
import { systemDisk } from './system-disk.ts';
import { systemRandom } from './system-random.ts';

export type { Clock, Disk, DiskEntry, DiskLock, Ports, Random, Wire } from './ports.ts';

/** The machine itself. */
export const system: Ports = {
  clock: systemClock,
  random: systemRandom,
  disk: systemDisk,
  wire: { fetch: (input, init) => fetch(input, init) },
};
