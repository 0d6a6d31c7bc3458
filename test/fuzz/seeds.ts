import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('./seeds/', import.meta.url));

export interface Seed {
  readonly file: string;
  readonly bytes: Buffer;
}

/** The kept inputs of a target: what a good input looks like, and everything that once broke the law. */
export function readSeeds(target: string): Seed[] {
  return readdirSync(join(folder, target))
    .sort()
    .map((name) => ({ file: name, bytes: readFileSync(join(folder, target, name)) }));
}

/** Keeps an input that broke the law, so that it is tried first from now on. Returns its path. */
export function keepSeed(target: string, bytes: Uint8Array): string {
  const name = `found-${createHash('sha256').update(bytes).digest('hex').slice(0, 8)}.seed`;
  mkdirSync(join(folder, target), { recursive: true });
  writeFileSync(join(folder, target, name), bytes);
  return join(folder, target, name);
}
