import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { BuiltPackage } from './build-report.ts';

/** A package that a build put into an out folder, and how it left it there. */
export interface Output extends BuiltPackage {
  readonly inputs: string;
  readonly mtimeMs: number;
  readonly folder: string;
}

/** By plugin id. */
export type Outputs = Readonly<Record<string, Output>>;

/** What a tree remembers of its builds, by out folder. */
export interface OutputMemory {
  readonly outputs: Readonly<Record<string, Outputs>>;
}

/** Says whether the package still lies where a build put it. */
export function isUntouched({ filename, size, mtimeMs }: Output, out: string): boolean {
  const stats = statSync(join(out, filename), { throwIfNoEntry: false });
  return stats?.size === size && stats.mtimeMs === mtimeMs;
}

export function publicPart({ inputs: _inputs, mtimeMs: _mtime, folder: _folder, ...rest }: Output): BuiltPackage {
  return rest;
}

/** Everything that an index of the out folder lists, by plugin id. */
export function offeredBy(outputs: Iterable<Output>): BuiltPackage[] {
  return Array.from(outputs, publicPart).sort((a, b) => (a.pluginId < b.pluginId ? -1 : 1));
}
