import { join } from 'node:path';
import type { repositoryRoutes } from '../../api/repository.ts';
import { channelSigner, folderStorage, type RepositoryStorage, storedRepository } from '../../repository/index.ts';
import type { Acts } from '../act.ts';
import { performHere } from './channel-work.ts';
import type { Hourly } from './hourly.ts';
import { clearUploads } from './receive-upload.ts';
import { removeEnded } from './remove-ended.ts';
import { keepSigned } from './renewed-signatures.ts';
import { repositoryActs } from './repository-acts.ts';
import { openUploads } from './uploads.ts';

interface StandaloneInput {
  readonly folder: string;
  /** Folder of signing keys. */
  readonly keys: string | null;
  readonly uploadLimit: number;
  readonly publicHistory: boolean;
}

/** A repository in a folder, with its acts and what it needs while nobody publishes, but without a server's data. */
export interface Standalone {
  readonly storage: RepositoryStorage;
  readonly acts: Acts<typeof repositoryRoutes>;
  keep(log: Parameters<typeof removeEnded>[0]['log']): readonly Hourly[];
}

export async function openStandalone({
  folder,
  keys,
  uploadLimit,
  publicHistory,
}: StandaloneInput): Promise<Standalone> {
  const storage = folderStorage(folder);
  const repository = storedRepository(storage, { signer: channelSigner({ keys }), publicHistory });
  const uploads = openUploads(join(folder, '.uploads'), null);
  await clearUploads(uploads.folder);
  const remove = repository.removeChannel;
  return {
    storage,
    acts: repositoryActs({
      repository,
      uploads,
      uploadLimit,
      remove,
      perform: (act) => performHere(repository, uploads, act),
    }),
    keep: (log) => [keepSigned({ storage, keys, log }), removeEnded({ repository, remove, log })],
  };
}
