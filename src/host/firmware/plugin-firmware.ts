import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LockstepError } from '../../failure/index.ts';
import { type FirmwarePackage, parseFirmware } from '../../plugin/index.ts';
import { type FetchLimits, openChannelFetch } from '../channel/channel-fetch.ts';
import type { HostOperations, Started } from '../host-operations.ts';
import type { KeyedTurns } from '../keyed-turns.ts';
import type { Operation } from '../operation.ts';
import type { Settings } from '../settings.ts';
import { fetchFirmware } from './fetch-firmware.ts';
import { type InstalledFirmware, putFirmware, readInstalledFirmware, removeFirmware } from './installed-firmware.ts';
import { runSteps } from './run-steps.ts';

export interface FirmwarePlaces {
  readonly settings: Settings;
  readonly operations: HostOperations;
  /** The same as those of a plugin's other changes. */
  readonly turns: KeyedTurns;
  readonly limits?: Partial<FetchLimits> | undefined;
  /** The live folder of an installed plugin; throws `plugin-not-found`. */
  readonly live: (id: string) => string;
}

const largestFile = 256 * 1024 * 1024;

/**
 * Firmware and other files for devices that plugins offer in `pkgs/pkgs.db`: fetched from their makers, checked, unpacked
 * in memory and put below the plugin's `var/tftpboot`. A change takes its turn among all changes of its plugin.
 */
export class PluginFirmware {
  readonly #places: FirmwarePlaces;
  readonly #fetching: ReturnType<typeof openChannelFetch>;

  constructor(places: FirmwarePlaces) {
    this.#places = places;
    this.#fetching = openChannelFetch(() => places.settings.get(), places.limits);
  }

  close(): Promise<void> {
    return this.#fetching.close();
  }

  /** What the plugin offers, as its live folder says now; null for a plugin without a list. */
  async offered(id: string): Promise<ReadonlyMap<string, FirmwarePackage> | null> {
    const text = await readFile(join(this.#places.live(id), 'pkgs/pkgs.db'), 'utf8').catch(() => null);
    return text === null ? null : parseFirmware(text);
  }

  /** What is installed whole. */
  async installed(id: string): Promise<InstalledFirmware[]> {
    return (await readInstalledFirmware(this.#places.live(id))).filter(({ whole }) => whole);
  }

  /** Installs a package, also over an earlier version of it. Throws (in `done`) `plugin-not-offered`, `plugin-not-valid`, and what is wrong with a file. */
  install(id: string, name: string, signal?: AbortSignal): Started<InstalledFirmware> {
    const { operations, turns } = this.#places;
    return operations.start('install', id, (operation) => {
      const downloading = operation.part('download');
      const installing = operation.part('install');
      return turns.run(id, async () => {
        const wanted = await this.#installable(id, name);
        const fetched = await downloading.run(() => this.#fetch(wanted, downloading, signal));
        return installing.run(async () => {
          const files = await runSteps(wanted.steps, fetched);
          signal?.throwIfAborted();
          return putFirmware(this.#places.live(id), wanted, files);
        });
      });
    });
  }

  uninstall(id: string, name: string): Started<void> {
    const { operations, turns } = this.#places;
    return operations.start('uninstall', id, () => turns.run(id, () => removeFirmware(this.#places.live(id), name)));
  }

  async #installable(id: string, name: string): Promise<FirmwarePackage> {
    const wanted = (await this.offered(id))?.get(name);
    if (!wanted) {
      throw new LockstepError('plugin-not-offered', `The plugin ${id} offers no package ${name}.`, {
        hint: 'See which packages the plugin offers.',
      });
    }
    if (wanted.fault !== null) {
      throw new LockstepError('plugin-not-valid', `The package ${name} cannot be installed: ${wanted.fault}.`, {
        hint: 'Put its files below var/tftpboot of the plugin by hand.',
      });
    }
    return wanted;
  }

  async #fetch(
    { files, size }: FirmwarePackage,
    operation: Operation,
    signal: AbortSignal | undefined,
  ): Promise<Map<string, Uint8Array>> {
    const { cache_dir, cache_plugin } = this.#places.settings.get();
    const fetched = new Map<string, Uint8Array>();
    let before = 0;
    for (const file of files) {
      const bytes = await fetchFirmware(file, {
        ...{ cacheDir: cache_dir, keep: cache_plugin, fetch: this.#fetching.fetch },
        maxBytes: this.#places.limits?.maxBytes ?? largestFile,
        onProgress: (now) => operation.progress(before + now, size),
        ...(signal ? { signal } : {}),
      });
      before += bytes.length;
      fetched.set(file.filename, bytes);
    }
    return fetched;
  }
}
