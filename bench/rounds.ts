/** Seconds of the processor and of the clock that some work took. */
export interface Spent {
  readonly cpu: number;
  readonly wall: number;
}

export function spend(work: () => unknown): Spent {
  const [cpu, wall] = [process.cpuUsage(), performance.now()];
  work();
  const { user, system } = process.cpuUsage(cpu);
  return { cpu: (user + system) / 1e6, wall: (performance.now() - wall) / 1000 };
}

export function sum(parts: readonly Spent[]): Spent {
  return parts.reduce((all, { cpu, wall }) => ({ cpu: all.cpu + cpu, wall: all.wall + wall }), { cpu: 0, wall: 0 });
}

/** The middle one: what the machine does besides moves it less than a mean. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The median of `ours / floor`, each pair measured in the same round, so that a slow moment meets both. */
export function medianRatio(ours: readonly number[], floor: readonly number[]): number {
  return median(ours.map((value, round) => value / floor[round]!));
}
