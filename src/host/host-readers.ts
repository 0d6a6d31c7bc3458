import { join } from 'node:path';
import { LockstepError } from '../failure/index.ts';
import { isPluginId } from '../plugin/index.ts';
import type { ChannelOffer } from '../repository/index.ts';
import type { DataFolder } from '../store/index.ts';
import { type ChannelAccess, readOffered } from './channel/channel-access.ts';
import type { ChannelList } from './channel/channel-list.ts';
import { type WithdrawnVersion, withdrawnVersion } from './channel/withdrawn.ts';
import { type Device, type SupportingPlugin, supporting } from './firmware/devices.ts';
import type { InstallPlaces } from './install-plugin.ts';
import { installedVersions } from './installed-rows.ts';
import { foreseeFiles, liveConflicts, liveFolder, liveIds, packageFolder, readLive } from './live/live-folder.ts';
import { readMarker } from './live/live-marker.ts';
import { fingerprint, type LoadedPlugin, loadedFrom } from './live/loaded-plugin.ts';
import { type ModifiedFile, modifiedFiles } from './live/modified-plugin.ts';
import type { UserFileReport } from './live/user-files.ts';
import {
  describeForeign,
  describeInstallable,
  describeInstalled,
  type InstallableView,
  type InstalledView,
  matches,
} from './plugin-views.ts';
import type { Release } from './release.ts';
import type { Settings } from './settings.ts';
import { readStored } from './version-folders.ts';

/** What a server's plugins are, for whoever looks: immutable values, and the one place where they become others. */
export class HostReaders {
  readonly settings: Settings;
  protected readonly data: DataFolder;
  protected readonly channel: ChannelAccess;
  protected places: InstallPlaces;
  readonly #lookedAt = new WeakMap<LoadedPlugin, { readonly seen: string; readonly modified: boolean }>();
  protected active: ReadonlyMap<string, LoadedPlugin> = new Map();
  protected broken: ReadonlyMap<string, string> = new Map();

  protected constructor(data: DataFolder, settings: Settings, channel: ChannelAccess) {
    this.data = data;
    this.settings = settings;
    this.channel = channel;
    this.places = { store: data.store, path: data.path, kept: data.kept, plugins: settings.get().plugins_dir };
  }

  /** Every active plugin by id. The map and its values never change; take it once for everything that must fit together. */
  get plugins(): ReadonlyMap<string, LoadedPlugin> {
    return this.active;
  }

  /** Throws `plugin-not-found`. */
  plugin(id: string): LoadedPlugin {
    const loaded = this.active.get(id);
    if (!loaded) throw notInstalled(id);
    return loaded;
  }

  /** The list of the last update; null before the first one, or since the plugin server is another. */
  get channelList(): ChannelList | null {
    return this.channel.list;
  }

  /** Looks at another channel as this server would, by its proxies and limits. Nothing is kept, nothing is trusted from it. */
  tryChannel(url: string, signal?: AbortSignal): Promise<ChannelOffer> {
    return this.channel.tryOffer(url, signal);
  }

  /** The offered package of a plugin, fetched and checked but not installed; null where it is not offered. */
  async offeredRelease(id: string, signal?: AbortSignal): Promise<Release | null> {
    if (!this.channelList?.index.has(id)) return null;
    const { offer, entry } = await this.channel.offered(id, signal);
    return readOffered(await offer.readPackage(entry, signal ? { signal } : {}), entry);
  }

  /** What installing this release would do to the administrator's files. */
  foreseeFiles(release: Release): Promise<UserFileReport> {
    return foreseeFiles(this.places, release.id, release.tree);
  }

  /** What the channel offers, searched in id and description, described in the server's locale. */
  installable(search = ''): InstallableView[] {
    const { locale } = this.settings.get();
    return [...(this.channelList?.index.values() ?? [])]
      .map((entry) => describeInstallable(entry, this.active.get(entry.id)?.release.version ?? null, locale))
      .filter((view) => matches(view, search))
      .sort(byId);
  }

  /** What is installed, broken folders included, each with its reason. */
  async installed(search = ''): Promise<InstalledView[]> {
    const { locale } = this.settings.get();
    const views = new Map<string, InstalledView>();
    for (const version of await installedVersions(this.data.store)) {
      if (version.active) {
        views.set(
          version.id,
          describeInstalled(version, this.active.get(version.id), this.broken.get(version.id) ?? null, locale),
        );
      }
    }
    for (const id of await liveIds(this.places)) {
      if (!views.has(id)) views.set(id, await describeForeign(this.places, id));
    }
    return [...views.values()].filter((view) => matches(view, search)).sort(byId);
  }

  /** Which plugin covers a device, the closest first. */
  supporting(device: Device): SupportingPlugin[] {
    const installed = [...this.active.values()].map(({ release, capabilities }) => ({
      id: release.id,
      version: release.version,
      capabilities,
    }));
    return supporting(device, installed, [...(this.channelList?.index.values() ?? [])]);
  }

  /** The files that were edited in place, compared with the package. */
  async modified(id: string): Promise<ModifiedFile[]> {
    const { packaged, live } = await this.#bothSides(id);
    return modifiedFiles(packaged, live);
  }

  /**
   * Where the marked merges of templates lie that the last upgrade could not merge, under their paths; beside it, as
   * `<folder>.json`, base and the user's text of each. Null where there are none.
   */
  conflicts(id: string): Promise<string | null> {
    return liveConflicts(this.places, id);
  }

  /** Whether anything was edited in place. Cheap to ask again: only a folder in which somebody wrote since is read. */
  async isModified(id: string): Promise<boolean> {
    const loaded = this.plugin(id);
    const seen = fingerprint(liveFolder(this.places, id));
    const known = this.#lookedAt.get(loaded);
    if (known?.seen === seen) return known.modified;
    const modified = (await this.modified(id)).length > 0;
    this.#lookedAt.set(loaded, { seen, modified });
    return modified;
  }

  /** What was edited in place, as a patch for the plugin's source. */
  async patch(id: string): Promise<string> {
    const { packaged, live } = await this.#bothSides(id);
    const { formatPatch } = await import('./live/format-patch.ts');
    return formatPatch(packaged, live);
  }

  /** Where a plugin's version lies, unchanging, for whoever runs it: the active one unless a version is named. Absolute. */
  async home(id: string, version?: string): Promise<string> {
    const all = await installedVersions(this.data.store, id);
    const found = all.find((one) => (version === undefined ? one.active : one.version === version));
    if (!found?.folder) throw notInstalled(id);
    return join(this.data.path, found.folder);
  }

  /** Installed versions that their channel withdrew, by the last list. */
  withdrawn(): WithdrawnVersion[] {
    const { list } = this.channel;
    return [...this.active.values()].flatMap(
      ({ release: { id, version } }) => withdrawnVersion(list, id, version) ?? [],
    );
  }

  async #bothSides(id: string) {
    const marker = await readMarker(liveFolder(this.places, id));
    if (!marker || !isPluginId(id)) throw notInstalled(id);
    const packaged = await readStored(this.data.path, packageFolder(marker), id);
    return { packaged, live: await readLive(this.places, id) };
  }

  /** The one place where readers' view changes: a new map, whole. */
  protected show(id: string, release: Release): void {
    this.active = new Map([...this.active, [id, loadedFrom(release)]]);
    this.broken = new Map([...this.broken].filter(([one]) => one !== id));
  }

  protected forget(id: string): void {
    this.active = new Map([...this.active].filter(([one]) => one !== id));
    this.broken = new Map([...this.broken].filter(([one]) => one !== id));
  }

  protected noteBroken(id: string, reason: string): void {
    this.broken = new Map([...this.broken, [id, reason]]);
  }
}

export function notInstalled(id: string): LockstepError {
  return new LockstepError('plugin-not-found', `The plugin ${id} is not installed.`, {
    hint: 'See what is installed.',
  });
}

function byId(one: { readonly id: string }, other: { readonly id: string }): number {
  return one.id < other.id ? -1 : 1;
}
