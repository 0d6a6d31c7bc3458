import type { DeviceFile } from './device-file.ts';

/** Telephones that a promotion does not reach; null: the server gave them no plugin. */
export interface Staying {
  readonly plugin: string | null;
  readonly count: number;
}

/** The telephones whose plugin is not among those that move, by plugin, the most first. */
export function stayingTelephones(devices: DeviceFile['devices'], moving: readonly string[]): Staying[] {
  const counts = new Map<string | null, number>();
  for (const { plugin } of devices) {
    const own = typeof plugin === 'string' ? plugin : null;
    if (own === null || !moving.includes(own)) counts.set(own, (counts.get(own) ?? 0) + 1);
  }
  return Array.from(counts, ([plugin, count]) => ({ plugin, count })).sort((a, b) => b.count - a.count);
}
