import type { ChannelSigner } from '../change-channel.ts';
import { filesOf } from '../channel-files.ts';
import { readChannelNames, readOffer } from '../read-offer.ts';
import type { LockOptions, RepositoryStorage } from '../storage.ts';

/** Signs what every channel of a repository offers now, and gives the channels' names. */
export async function signChannels(
  storage: RepositoryStorage,
  signer: ChannelSigner,
  options: Pick<LockOptions, 'who' | 'signal'>,
): Promise<string[]> {
  const signed: string[] = [];
  for (const name of await readChannelNames(storage)) {
    const lock = await storage.lock(filesOf(name).lock, options);
    try {
      await (await signer.prepare(storage, name, await readOffer(storage, name)))();
    } finally {
      await lock.release();
    }
    signed.push(name);
  }
  return signed;
}
