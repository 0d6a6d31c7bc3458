import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { PluginFacts } from '../describe-plugin.ts';
import type { Recording } from '../recipe/recording.ts';
import type { KnownFile } from './file-digests.ts';

/** What is worth keeping between two runs so that nothing is read or computed again whose inputs are the same. */
export interface SourceMemory {
  readonly files: readonly (readonly [string, KnownFile])[];
  /** By family; `key` is a digest of everything that the recipe read. */
  readonly recordings: Readonly<Record<string, { readonly key: string; readonly recording: Recording }>>;
  /** By plugin id; valid while the target's inputs have this digest. */
  readonly facts: Readonly<Record<string, { readonly inputs: string; readonly facts: PluginFacts }>>;
}

export const noMemory: SourceMemory = { files: [], recordings: {}, facts: {} };

const format = 2;

/** Where a tree of families keeps what it remembers. */
export function memoryFolder(treeFolder: string): string {
  return join(treeFolder, '_build', '.lockstep');
}

/** A memory that cannot be read, or is another format's, is an empty one: everything is computed again. */
export function readMemory<T extends object>(file: string, empty: T): T {
  try {
    const { format: found, ...memory } = JSON.parse(readFileSync(file, 'utf8')) as { format: unknown };
    return found === format ? ({ ...empty, ...memory } as unknown as T) : empty;
  } catch {
    return empty;
  }
}

/** In one step, so that no reader meets half of it. */
export function writeMemory(file: string, memory: object): void {
  mkdirSync(dirname(file), { recursive: true });
  const fresh = `${file}.${process.pid}.new`;
  writeFileSync(fresh, JSON.stringify({ format, ...memory }));
  renameSync(fresh, file);
}
