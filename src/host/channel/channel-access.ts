import { createHash } from 'node:crypto';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LockstepError, type Problem } from '../../failure/index.ts';
import { isPluginId } from '../../plugin/index.ts';
import { type ChannelOffer, channelSource, type IndexEntry, openChannel } from '../../repository/index.ts';
import type { Operation } from '../operation.ts';
import { readPluginBytes } from '../plugin-source.ts';
import type { Release } from '../release.ts';
import type { Settings } from '../settings.ts';
import { type FetchLimits, openChannelFetch } from './channel-fetch.ts';
import { type ChannelList, readList, storeList } from './channel-list.ts';
import { findPackage } from './find-package.ts';
import { fetchPackage } from './package-cache.ts';
import { type WithdrawnVersion, withdrawnError } from './withdrawn.ts';

export interface ChannelOptions {
  readonly limits?: Partial<FetchLimits>;
  /** A channel's root of trust to begin with; without it the first one seen is trusted from then on. */
  readonly trustedRoot?: Uint8Array;
  /** False: signatures are not looked at (default true). */
  readonly verify?: boolean;
}

export interface UpdateReport {
  readonly url: string;
  readonly offered: number;
  /** Of the index. */
  readonly bytes: number;
  readonly problems: readonly Problem[];
  readonly signed: boolean;
  /** Installed versions that the channel withdrew. */
  readonly withdrawn: readonly WithdrawnVersion[];
}

/** An entry of the list together with the offer that can fetch and check its package. */
export interface Offered {
  readonly offer: ChannelOffer;
  readonly entry: IndexEntry;
}

const largestPackage = 256 * 1024 * 1024;

/** The channel that a server looks at: its last list, kept over restarts, and the way to its packages. */
export class ChannelAccess {
  readonly #folder: string;
  readonly #settings: Settings;
  readonly #options: ChannelOptions;
  readonly #fetching: ReturnType<typeof openChannelFetch>;
  #list: ChannelList | null = null;
  #offer: { readonly url: string; readonly offer: ChannelOffer } | null = null;

  /** `folder` keeps the list and what is trusted. */
  constructor(folder: string, settings: Settings, options: ChannelOptions) {
    this.#folder = folder;
    this.#settings = settings;
    this.#options = options;
    this.#fetching = openChannelFetch(() => settings.get(), options.limits);
  }

  async readStored(): Promise<void> {
    this.#list = await readList(this.#folder);
  }

  /** The list of the last update; null before the first one, or since the plugin server is another. */
  get list(): ChannelList | null {
    return this.#list?.url === this.#settings.get().plugin_server ? this.#list : null;
  }

  async update(signal: AbortSignal | undefined): Promise<Omit<UpdateReport, 'withdrawn'>> {
    const { url, offer } = await this.#readOffer(signal);
    this.#list = await storeList(this.#folder, url, offer);
    return {
      url,
      offered: offer.index.size,
      bytes: Buffer.byteLength(offer.text),
      problems: offer.problems,
      signed: offer.signed,
    };
  }

  /** Throws `channel-not-set`, `plugin-not-offered`. */
  async offered(id: string, signal: AbortSignal | undefined): Promise<Offered> {
    const { list } = this;
    if (!list) {
      throw new LockstepError('channel-not-set', 'The list of plugins was not updated yet.', {
        hint: 'Update it first: "Update the list" in the page, or `lockstep plugin update`.',
      });
    }
    const offer = this.#offer?.url === list.url ? this.#offer.offer : (await this.#readOffer(signal)).offer;
    const entry = isPluginId(id) ? offer.index.get(id) : undefined;
    if (!entry) {
      const withdrawn = withdrawnError({ ...list, yanked: offer.yanked }, id);
      throw (
        withdrawn ??
        new LockstepError('plugin-not-offered', `The channel ${list.url} offers no plugin ${id}.`, {
          hint: 'Update the list, or look at another channel.',
        })
      );
    }
    return { offer, entry };
  }

  fetch({ offer, entry }: Offered, operation: Operation, signal: AbortSignal | undefined): Promise<Uint8Array> {
    const { cache_dir, cache_plugin } = this.#settings.get();
    return fetchPackage({
      ...{ offer, entry, cacheDir: cache_dir, keep: cache_plugin },
      maxBytes: this.#options.limits?.maxBytes ?? largestPackage,
      onProgress: (bytes) => operation.progress(bytes, entry.size),
      ...(signal ? { signal } : {}),
    });
  }

  /** The package of a version, to compare a folder with: from the cache or the channel; null where it is nowhere. */
  packageOf(id: string, version: string): Promise<Release | null> {
    const { plugin_server, cache_dir } = this.#settings.get();
    const entry = this.list?.index.get(id);
    return findPackage(id, version, {
      cacheDir: cache_dir,
      channel: plugin_server === null ? null : channelSource(plugin_server, { fetch: this.#fetching.fetch }),
      filename: entry?.version === version ? entry.filename : undefined,
      maxBytes: this.#options.limits?.maxBytes ?? largestPackage,
    });
  }

  /** Another channel, read as this one would be. What it calls its keys is believed for this one look. */
  async tryOffer(url: string, signal: AbortSignal | undefined): Promise<ChannelOffer> {
    const known = join(this.#folder, 'trust', shortDigest(url));
    const folder = await mkdtemp(join(tmpdir(), 'lockstep-try-'));
    try {
      await cp(known, folder, { recursive: true }).catch(() => {});
      const { verify = true } = this.#options;
      const trust = { folder, root: undefined };
      const channel = openChannel(url, { fetch: this.#fetching.fetch, ...(verify ? { trust } : {}) });
      return await channel.readOffer(signal ? { signal } : {});
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  close(): Promise<void> {
    this.#offer = null;
    return this.#fetching.close();
  }

  async #readOffer(signal: AbortSignal | undefined): Promise<{ url: string; offer: ChannelOffer }> {
    const url = this.#settings.get().plugin_server;
    if (url === null) {
      throw new LockstepError('channel-not-set', 'No plugin server is set.', {
        hint: 'Give the URL of a channel, such as http://host/plugins/1/stable/: in the page under Configuration → Provisioning → General, or with `lockstep plugin update --plugin-server URL`.',
      });
    }
    const { trustedRoot, verify = true } = this.#options;
    const trust = { folder: join(this.#folder, 'trust', shortDigest(url)), root: trustedRoot };
    const channel = openChannel(url, { fetch: this.#fetching.fetch, ...(verify ? { trust } : {}) });
    const offer = await channel.readOffer(signal ? { signal } : {});
    this.#offer = { url, offer };
    return { url, offer };
  }
}

function shortDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** Reads a package, which must be the plugin and version that the list calls by this name. */
export async function readOffered(bytes: Uint8Array, entry: IndexEntry): Promise<Release> {
  const release = await readPluginBytes(bytes, entry.filename);
  if (release.id !== entry.id) {
    throw notAsListed(`${entry.filename} holds the plugin ${release.id}, but the list offers it as ${entry.id}.`);
  }
  if (release.version !== entry.version) {
    throw notAsListed(`${entry.filename} holds version ${release.version}, but the list says ${entry.version}.`);
  }
  return release;
}

function notAsListed(message: string): LockstepError {
  return new LockstepError('plugin-not-valid', message, { hint: 'Ask the owner of the channel.' });
}
