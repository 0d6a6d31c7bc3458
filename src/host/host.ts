import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LockstepError, type Problem } from '../failure/index.ts';
import { isPluginId } from '../plugin/index.ts';
import type { DataFolder } from '../store/index.ts';
import { ChannelAccess, type ChannelOptions, readOffered, type UpdateReport } from './channel/channel-access.ts';
import { clearCache } from './channel/package-cache.ts';
import { noteWithdrawn, withdrawnProblem } from './channel/withdrawn.ts';
import { PluginFirmware } from './firmware/plugin-firmware.ts';
import { HostOperations, type Started } from './host-operations.ts';
import { HostReaders, notInstalled } from './host-readers.ts';
import { type InstallOptions, type InstallReport, installPlugin, switchTo } from './install-plugin.ts';
import { activeVersion, type InstalledVersion, installedVersions } from './installed-rows.ts';
import { KeyedTurns } from './keyed-turns.ts';
import { learnOrigin } from './live/learn-origin.ts';
import { alignLive, liveFolder, liveIds, removeLive } from './live/live-folder.ts';
import { rememberPlaces, usualPlugins } from './live/live-places.ts';
import type { ModifiedFile } from './live/modified-plugin.ts';
import { reloadPlugin } from './live/reload-plugin.ts';
import type { UserFileReport } from './live/user-files.ts';
import { readRelease } from './plugin-source.ts';
import { type PinnedContent, recoverPlugins } from './recover-plugins.ts';
import type { Release } from './release.ts';
import { type SettingSources, Settings } from './settings.ts';
import { bringPackages } from './shared-packages.ts';
import { switchInStore } from './switch-plugin.ts';
import { type PluginUses, type UninstallReport, uninstallPlugin } from './uninstall-plugin.ts';
import { readStored } from './version-folders.ts';

export interface HostOptions extends ChannelOptions {
  readonly settings?: SettingSources;
  /** Default: nobody uses anything. */
  readonly usesOf?: PluginUses;
  /** Default: nothing. */
  readonly pinnedContent?: PinnedContent;
}

export interface ChangeOptions {
  readonly who: string;
  readonly force?: boolean;
  /** In the person's words; kept in the activity. */
  readonly why?: string;
}

/** `switchPlugin`: carries processes over as one unit with the plugin; without it no process is touched. */
export interface BringOptions extends InstallOptions {
  readonly signal?: AbortSignal;
}

export interface ReloadReport {
  readonly id: string;
  readonly version: string;
  /** False where nothing was edited since the plugin was last loaded. */
  readonly changed: boolean;
  readonly modified: readonly ModifiedFile[];
  readonly problems: readonly Problem[];
}

/**
 * A server's plugins. Everything that changes a plugin goes through here, each an operation that goes on by itself, one
 * change of a plugin at a time. This folder does not know what a process is: whoever has processes hands in `usesOf`, and
 * `switchPlugin` with an upgrade.
 */
export class Host extends HostReaders {
  readonly operations = new HostOperations();
  /** What installed plugins offer for their devices. */
  readonly firmware: PluginFirmware;
  readonly #options: HostOptions;
  readonly #turns = new KeyedTurns();

  private constructor(data: DataFolder, settings: Settings, options: HostOptions) {
    super(data, settings, new ChannelAccess(join(data.path, 'channel'), settings, options));
    this.#options = options;
    this.firmware = new PluginFirmware({
      ...{ settings, operations: this.operations, turns: this.#turns, limits: options.limits },
      live: (id) => liveFolder(this.places, this.plugin(id).release.id),
    });
  }

  /**
   * Opens the plugins of a data folder: finishes what a crash interrupted and loads every plugin. A broken one is listed
   * with its reason and stops nothing.
   */
  static async open(data: DataFolder, options: HostOptions = {}): Promise<Host> {
    const settings = await Settings.open(
      data.store,
      { cache: data.cache, plugins: await usualPlugins(data) },
      options.settings,
    );
    const host = new Host(data, settings, options);
    if (data.writable) {
      await mkdir(host.places.plugins, { recursive: true });
      await rememberPlaces(data, host.places.plugins);
      for (const { plugin, message } of await recoverPlugins(host.places, options.pinnedContent))
        host.noteBroken(plugin, message);
    }
    await host.channel.readStored();
    for (const version of await installedVersions(data.store)) if (version.active) await host.#load(version);
    return host;
  }

  /** Closes connections; work under way ends with its own errors. */
  async close(): Promise<void> {
    await Promise.all([this.channel.close(), this.firmware.close()]);
  }

  /** Fetches the channel's list. A bad entry is left out; a bad list leaves the former one in place. */
  update({ signal }: { readonly signal?: AbortSignal } = {}): Started<UpdateReport> {
    return this.operations.start('update', null, (operation) =>
      this.#turns.run('', async () => {
        const before = new Set(this.withdrawn().map(({ id, version }) => `${id} ${version}`));
        const report = await this.channel.update(signal);
        operation.progress(report.bytes, null);
        const withdrawn = this.withdrawn();
        const news = withdrawn.filter(({ id, version }) => !before.has(`${id} ${version}`));
        await noteWithdrawn(this.data.store, news);
        return { ...report, problems: [...report.problems, ...withdrawn.map(withdrawnProblem)], withdrawn };
      }),
    );
  }

  /** Installs what the channel offers. Throws (in `done`) `plugin-not-offered`, `plugin-installed`, and what is wrong with the package. */
  install(id: string, options: BringOptions): Started<InstallReport> {
    return this.#bring('install', id, options);
  }

  /** Upgrades to what the channel offers; also brings the same version with other content. */
  upgrade(id: string, options: BringOptions): Started<InstallReport> {
    return this.#bring('upgrade', id, options);
  }

  /** Installs or upgrades from a package or folder that is already here and read. */
  installRelease(release: Release, options: InstallOptions): Started<InstallReport> {
    return this.operations.start('install', release.id, () =>
      this.#turns.run(release.id, async () => {
        await this.#learnOrigin(release.id, release);
        return this.#shown(await installPlugin(this.places, release, options));
      }),
    );
  }

  uninstall(id: string, { who, force = false, why }: ChangeOptions): Started<UninstallReport> {
    return this.operations.start('uninstall', id, () =>
      this.#turns.run(id, async () => {
        const { usesOf } = this.#options;
        const report = await uninstallPlugin(this.places, id, {
          who,
          force,
          ...(why !== undefined && { why }),
          ...(usesOf ? { usesOf } : {}),
        });
        this.forget(id);
        return report;
      }),
    );
  }

  /** Takes the last upgrade of a plugin back: the former version, with what had been edited in it, is active again. */
  undo(id: string, { who, force = false }: ChangeOptions): Started<InstallReport> {
    return this.operations.start('undo', id, () =>
      this.#turns.run(id, async () => {
        const all = await installedVersions(this.data.store, id);
        const active = all.find((one) => one.active);
        const former = all.find((one) => one.former && !one.active);
        if (!active) throw notInstalled(id);
        if (!former?.folder) {
          throw new LockstepError('plugin-not-found', `No former version of ${id} is kept.`, {
            hint: 'Install the version that you want.',
          });
        }
        const release = {
          ...readRelease(await readStored(this.data.path, former.folder, id), former.folder),
          digest: former.digest,
          id,
        };
        const change = {
          kind: 'undo' as const,
          id,
          release: { ...release, folder: former.folder },
          former: active.version,
          who,
          force,
        };
        return this.#shown(await switchTo(this.places, switchInStore(this.data.store), change));
      }),
    );
  }

  /** Takes over what was edited in a live folder. What cannot be read leaves the loaded version as it is. */
  reload(id: string, { who, force = false }: ChangeOptions): Started<ReloadReport> {
    return this.operations.start('reload', id, () => this.#turns.run(id, () => this.#reload(id, { who, force })));
  }

  /** After somebody else switched versions in the database (a plan that was applied or undone): folders and readers follow. Says what became of the administrator's files. */
  async follow(id: string): Promise<UserFileReport | null> {
    return this.#turns.run(id, async () => {
      await bringPackages(this.data.store, this.data.path, id);
      const active = await activeVersion(this.data.store, id);
      if (!active) {
        this.forget(id);
        await removeLive(this.places, id);
        return null;
      }
      const { folder } = active;
      const report = folder === null ? null : await alignLive(this.places, { ...active, folder });
      await this.#load(active);
      return report;
    });
  }

  /** Follows every plugin that other servers switched, installed or uninstalled. One that cannot follow is noted as broken. */
  async followAll(): Promise<void> {
    const active = new Map(
      (await installedVersions(this.data.store)).filter((one) => one.active).map((one) => [one.id, one]),
    );
    const other = [...active.values()].filter(({ id, version, digest }) => {
      const release = this.active.get(id)?.release;
      return release?.version !== version || release.digest !== digest;
    });
    const gone = [...this.active.keys()].filter((id) => !active.has(id));
    for (const id of [...other.map((one) => one.id), ...gone]) {
      await this.follow(id).catch((error: Error) => this.noteBroken(id, error.message));
    }
  }

  /** Empties the cache of packages; returns how many there were. */
  clearCache(): Promise<number> {
    return clearCache(this.settings.get().cache_dir);
  }

  #bring(kind: 'install' | 'upgrade', id: string, { signal, ...options }: BringOptions): Started<InstallReport> {
    return this.operations.start(kind, id, (operation) => {
      const downloading = operation.part('download');
      const installing = operation.part('install');
      return this.#turns.run(id, async () => {
        this.#judgeKind(kind, id);
        const offered = await this.channel.offered(id, signal);
        const bytes = await downloading.run(() => this.channel.fetch(offered, downloading, signal));
        return installing.run(async () => {
          const release = await readOffered(bytes, offered.entry);
          await this.#learnOrigin(id, release);
          signal?.throwIfAborted();
          return this.#shown(await installPlugin(this.places, release, { kind, ...options }));
        });
      });
    });
  }

  #judgeKind(kind: 'install' | 'upgrade', id: string): void {
    const installed = this.active.get(id);
    if (kind === 'upgrade' && !installed) throw notInstalled(id);
    if (kind === 'install' && installed) {
      const { version } = installed.release;
      const gone = this.withdrawn().find((one) => one.id === id);
      const why = gone && withdrawnProblem(gone);
      throw new LockstepError(
        'plugin-installed',
        [`The plugin ${id} ${version} is already installed.`, ...(why ? [why.message] : [])].join(' '),
        { hint: why?.hint ?? 'Upgrade it, or uninstall it first.' },
      );
    }
  }

  async #reload(id: string, { who, force }: { who: string; force: boolean }): Promise<ReloadReport> {
    if (!isPluginId(id) || !(await liveIds(this.places)).includes(id)) throw notInstalled(id);
    const known = who === atStart || (await this.#learnOrigin(id));
    const { release, changed } = await reloadPlugin(this.places, id, {
      who,
      force,
      switchPlugin: switchInStore(this.data.store),
    }).catch((error: unknown) => {
      this.noteBroken(id, (error as Error).message);
      throw error;
    });
    this.show(id, release);
    const problems = known ? release.problems : [...release.problems, originUnknown(id, release.version)];
    return { id, version: release.version, changed, modified: await this.modified(id), problems };
  }

  /** Finds the package of a folder that was there before Lockstep; false where that is nowhere. */
  #learnOrigin(id: string, given?: Release): Promise<boolean> {
    return learnOrigin(this.places, id, async (_id, version) =>
      given?.version === version ? given : this.channel.packageOf(id, version),
    );
  }

  /** At the start: what the live folder says, else what was loaded last. */
  async #load(version: InstalledVersion): Promise<void> {
    const { id, folder } = version;
    try {
      if (folder === null)
        throw new LockstepError('data-not-readable', `The content of ${id} ${version.version} is gone.`, {
          hint: 'Install it again.',
        });
      const stored = readRelease(await readStored(this.data.path, folder, id), folder);
      if (stored.digest !== version.digest) {
        throw new LockstepError('data-not-readable', `The content of ${id} ${version.version} was damaged.`, {
          hint: 'Install it again.',
        });
      }
      this.show(id, { ...stored, id });
      if (this.data.writable) await this.#reload(id, { who: atStart, force: false });
    } catch (error) {
      this.noteBroken(id, (error as Error).message);
    }
  }

  #shown(report: InstallReport): InstallReport {
    if (report.outcome.state === 'switched') this.show(report.release.id, report.release);
    return report;
  }
}

const atStart = 'start';

function originUnknown(id: string, version: string): Problem {
  return {
    code: 'origin-unknown',
    severity: 'warning',
    message: `No package of ${id} ${version} was found to compare it with; all files in its folder count as yours.`,
    hint: 'They are kept by every upgrade, or copied aside where a new version replaces them.',
  };
}
