import { join } from 'node:path';
import {
  channelSigner,
  openStorage,
  type Repository,
  type RepositoryStorage,
  storedRepository,
} from '../../repository/index.ts';
import type { ServerConfig } from '../settings/config.ts';

/** The repository whose channels this server serves. */
export interface Served {
  readonly repository: Repository;
  readonly storage: RepositoryStorage;
  /** Null where it is no folder. */
  readonly folder: string | null;
}

export async function openServed({ repository: place, keys, data, publicHistory }: ServerConfig): Promise<Served> {
  const address = place ?? join(data, 'repository');
  const storage = await openStorage(address);
  const repository = storedRepository(storage, { signer: channelSigner({ keys }), publicHistory });
  return { storage, folder: storage.folder ?? null, repository };
}
