import { dirname } from 'node:path';
import type { Disk, DiskEntry } from '../../src/ports/index.ts';
import type { Program } from './program.ts';
import type { World } from './world.ts';

/**
 * One machine's disk, as POSIX promises it and no better: what a file holds is on the disk once it was created here (its
 * bytes are synced), its name only once its folder was synced. A program that dies in the middle leaves half a file.
 */
export class MachineDisk {
  readonly world: World;
  readonly files = new Map<string, Uint8Array>();
  /** Told of each change, before it counts. */
  readonly watchers: ((path: string, bytes: Uint8Array | null) => void)[] = [];
  readonly #modified = new Map<string, number>();
  readonly #folders = new Set<string>(['/']);
  readonly #locks = new Map<string, Program>();
  /** Names that are not on the disk yet, with what is there instead. */
  readonly #unsynced = new Map<string, Uint8Array | null>();

  constructor(world: World) {
    this.world = world;
  }

  /** Every program here dies, and names that were not synced are gone or there, as chance has it. */
  losePower(programs: Iterable<Program>): void {
    const { choices } = this.world;
    for (const program of [...programs]) program.die('dies: its machine loses its power');
    for (const [path, before] of this.#unsynced) {
      if (choices.draw(2) === 0) continue;
      if (before === null) this.files.delete(path);
      else this.files.set(path, before);
      this.world.note('disk', `${before === null ? 'has lost' : 'has the former'} ${shown(path)}`);
    }
    this.#unsynced.clear();
    this.world.changed();
  }

  #put(path: string, bytes: Uint8Array | null): void {
    if (!this.#unsynced.has(path)) this.#unsynced.set(path, this.files.get(path) ?? null);
    for (const watch of this.watchers) watch(path, bytes);
    if (bytes === null) this.files.delete(path);
    else this.files.set(path, bytes);
    this.#modified.set(path, this.world.now);
    this.world.changed();
  }

  #get(path: string): Uint8Array {
    const bytes = this.files.get(path);
    if (!bytes) throw fault('ENOENT', path);
    return bytes;
  }

  disk(program: Program): Disk {
    const call = <T>(what: string, path: string, act: () => T): Promise<T> =>
      program.call(`${what} ${shown(path)}`, act);
    const make = (path: string, bytes: Uint8Array): void => {
      if (this.files.has(path)) throw fault('EEXIST', path);
      const { choices, weather } = this.world;
      if (choices.happens(weather.fullDisk)) {
        this.#put(path, bytes.subarray(0, choices.draw(bytes.length + 1)));
        throw fault('ENOSPC', path);
      }
      if (choices.happens(weather.death)) {
        this.#put(path, bytes.subarray(0, choices.draw(bytes.length + 1)));
        program.die(`dies while it writes ${shown(path)}`);
      } else this.#put(path, bytes);
    };
    return {
      read: (path) => call('reads', path, () => this.#get(path)),
      list: (folder, { deep = false } = {}) =>
        call('lists', folder, () => {
          if (!this.#folders.has(folder)) throw fault('ENOENT', folder);
          const below = (path: string): string | null => {
            const rest = path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : '';
            return rest !== '' && (deep || !rest.includes('/')) ? rest : null;
          };
          const entries: DiskEntry[] = [];
          for (const [paths, kind] of [
            [this.#folders.keys(), 'folder'],
            [this.files.keys(), 'file'],
          ] as const)
            for (const path of paths) {
              const rest = below(path);
              if (rest !== null) entries.push({ path: rest, kind });
            }
          return entries;
        }),
      stat: (path) =>
        call('looks at', path, () => ({ size: this.#get(path).length, modified: this.#modified.get(path) ?? 0 })),
      makeFolder: (path) =>
        call('makes', path, () => {
          for (let at = path; at !== '/'; at = dirname(at)) this.#folders.add(at);
        }),
      create: (path, content) =>
        call('creates', path, () => {
          if (!(content instanceof Uint8Array)) throw new Error('Files of other machines are not simulated.');
          make(path, Buffer.from(content));
        }),
      link: (from, to) =>
        call('links', to, () => {
          const bytes = this.#get(from);
          if (this.files.has(to)) throw fault('EEXIST', to);
          this.#put(to, bytes);
        }),
      rename: (from, to) =>
        call('renames to', to, () => {
          this.#put(to, this.#get(from));
          this.#put(from, null);
        }),
      copy: (from, to) => call('copies to', to, () => make(to, this.#get(from))),
      remove: (path) =>
        call('removes', path, () => {
          this.#get(path);
          this.#put(path, null);
        }),
      syncFolder: (path) =>
        call('syncs', path, () => {
          for (const name of this.#unsynced.keys()) if (dirname(name) === path) this.#unsynced.delete(name);
        }),
      lock: (path) => {
        const holder = this.#locks.get(path);
        if (holder?.alive) return null;
        this.#locks.set(path, program);
        return {
          release: () => {
            if (this.#locks.get(path) === program) this.#locks.delete(path);
          },
        };
      },
    };
  }
}

/** Without what differs from one run of the simulator to the next. */
function shown(path: string): string {
  return path.replace(/\.incoming-.*/, '.incoming').slice(1);
}

function fault(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}
