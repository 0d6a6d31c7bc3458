import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { placesPastThePorts } from './past-the-ports.ts';

/** How often a file may reach past the ports, and why; a number goes down, and its line with the last one. */
const listed: Readonly<Record<string, { readonly places: number; readonly why: string }>> = JSON.parse(
  readFileSync(new URL('./past-the-ports.json', import.meta.url), 'utf8'),
);
const known = Object.fromEntries(Object.entries(listed).map(([path, { places }]) => [path, places]));

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => join(folder, path))
    .filter((path) => /\.ts$/.test(path) && !/\.test\.ts$|\/testing\/|^src\/ports\/|\/prelude\//.test(path))
    .sort();
}

describe('the four ports', () => {
  it('nothing but the ports takes the time, chance or the network by itself, but for places known by name', () => {
    const found: Record<string, number> = {};
    const where: string[] = [];
    for (const path of sources('src')) {
      const places = placesPastThePorts(readFileSync(path, 'utf8'));
      if (places.length === 0) continue;
      found[path] = places.length;
      if (places.length > (known[path] ?? 0)) where.push(`${path}: ${places.join(' ')}`);
    }
    expect(where, 'take them from the ports that were handed in (src/ports)').toEqual([]);
    expect(found, 'fewer than known: lower the number in scripts/past-the-ports.json').toEqual(known);
  });

  it('a forbidden call is seen under any of its names', () => {
    expect(
      placesPastThePorts(`
        import { setTimeout as pause } from 'node:timers/promises';
        import { createHash, randomUUID } from 'node:crypto';
        const at = [Date.now(), new Date(), Math.random(), crypto.randomUUID(), performance.now()];
        setTimeout(() => fetch('x'), 1);
        const fine = [new Date(0), clock.wait(1), mine.fetch('x'), Date.parse('x')];`),
    ).toHaveLength(9);
  });
});
