import type { Ports } from './ports.ts';
import { systemClock } from './system-clock.ts';
import { systemDisk } from './system-disk.ts';
import { systemRandom } from './system-random.ts';

export { goThroughProxies, proxyAgents } from './go-through-proxies.ts';
export type { Clock, Disk, DiskEntry, DiskLock, Ports, Random } from './ports.ts';
export { type Proxies, proxyOf, proxyOfEnvironment } from './proxy-of.ts';

/** The machine itself. */
export const system: Ports = {
  clock: systemClock,
  random: systemRandom,
  disk: systemDisk,
  wire: { fetch: (input, init) => fetch(input, init) },
};
