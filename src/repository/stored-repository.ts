import { system } from '../ports/index.ts';
import { archive } from './archive.ts';
import type { ChannelSigner, ChannelStore } from './change-channel.ts';
import { filesOf } from './channel-files.ts';
import { collectGarbage } from './collect-garbage.ts';
import { readLastRecord, readRecords } from './generation-record.ts';
import { promote } from './promote.ts';
import { publish } from './publish.ts';
import { readChannelNames, readCheckedPackage, readIndex, readOffer } from './read-offer.ts';
import { removeChannel } from './remove-channel.ts';
import type { ChannelSummary, Repository } from './repository.ts';
import { readGeneration, restore } from './restore.ts';
import type { RepositoryStorage } from './storage.ts';
import { verifyOffer } from './verify-channel.ts';
import { yank } from './yank.ts';

export interface StoredRepositoryOptions {
  readonly signer: ChannelSigner;
  readonly now?: () => Date;
  /** Milliseconds to wait for another publisher. */
  readonly lockTimeout?: number;
  /** What everybody may read tells who published and why. */
  readonly publicHistory?: boolean;
}

/** A repository whose files this process reads and writes itself. */
export function storedRepository(storage: RepositoryStorage, options: StoredRepositoryOptions): Repository {
  const store: ChannelStore = {
    storage,
    signer: options.signer,
    now: options.now ?? system.clock.now,
    lockTimeout: options.lockTimeout,
    publicHistory: options.publicHistory,
  };
  return {
    address: storage.address,
    async listChannels() {
      const summaries = (await readChannelNames(storage)).map((name) => summarise(storage, name));
      return (await Promise.all(summaries)).filter((summary) => summary !== null);
    },
    readOffer: (channel) => readOffer(storage, channel),
    readPackage: (channel, entry) => readCheckedPackage(storage, filesOf(channel), entry),
    publish: (channel, request) => publish(store, channel, request),
    promote: (request) => promote(store, request),
    yank: (channel, request) => yank(store, channel, request),
    archive: (channel, request) => archive(store, channel, request),
    async history(channel) {
      await readOffer(storage, channel);
      return readRecords(storage, filesOf(channel));
    },
    readGeneration: (channel, generation) => readGeneration(storage, channel, generation),
    restore: (channel, request) => restore(store, channel, request),
    removeChannel: (channel, request) => removeChannel(store, channel, request),
    collectGarbage: (channel, request) => collectGarbage(store, channel, request),
    async verify(channel, waiting = {}) {
      const offer = await readOffer(storage, channel);
      return verifyOffer({
        offer,
        readPackage: async (path) => (await storage.read(path))?.bytes ?? null,
        ...waiting,
      });
    },
    close: () => storage.close?.(),
  };
}

async function summarise(storage: RepositoryStorage, name: string): Promise<ChannelSummary | null> {
  const files = filesOf(name);
  // it may be removed meanwhile
  if (!(await readIndex(storage, files))) return null;
  const { index, ends } = await readOffer(storage, name);
  const last = await readLastRecord(storage, files);
  const signed = (await storage.read(`${files.metadata}timestamp.json`)) !== null;
  return { name, plugins: index.size, generation: last?.generation ?? 0, changed: last?.when ?? null, signed, ends };
}
