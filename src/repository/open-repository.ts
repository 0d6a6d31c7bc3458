import { resolve } from 'node:path';
import { LockstepError } from '../failure/index.ts';
import { folderStorage } from './folder-storage.ts';
import { remoteRepository } from './remote-repository.ts';
import type { Repository } from './repository.ts';
import { s3Storage } from './s3-storage.ts';
import type { RepositoryStorage } from './storage.ts';
import { storedRepository } from './stored-repository.ts';
import { channelSigner } from './trust/index.ts';

export interface OpenRepositoryOptions {
  /** For a server. */
  readonly token?: string | undefined;
  /** Folder of signing keys, for a folder or S3. */
  readonly keys?: string | null | undefined;
  /** Folder against which a relative path counts. */
  readonly cwd?: string | undefined;
  /** For a folder or S3: what everybody may read tells who published and why. */
  readonly publicHistory?: boolean | undefined;
  readonly fetch?: typeof fetch | undefined;
  /** Milliseconds. */
  readonly lockTimeout?: number | undefined;
}

/** Opens a repository by its address: a folder, `http(s)://server` or `s3://bucket/prefix`. Nothing is fetched yet. */
export async function openRepository(address: string, options: OpenRepositoryOptions = {}): Promise<Repository> {
  if (/^https?:\/\//.test(address)) return remoteRepository(address, options);
  return storedRepository(await openStorage(address, options), {
    signer: channelSigner({ keys: options.keys ?? null }),
    publicHistory: options.publicHistory ?? false,
    ...(options.lockTimeout === undefined ? {} : { lockTimeout: options.lockTimeout }),
  });
}

interface Driver {
  /** How an address of it is written. */
  readonly form: string;
  /** Opens what an address names behind its `scheme://`; null: it names nothing. */
  open(place: string): Promise<RepositoryStorage> | null;
}

/** What channels can be kept in beside folders, by the scheme of its addresses. */
const drivers: Readonly<Record<string, Driver>> = {
  s3: {
    form: 's3://bucket/prefix',
    open(place) {
      const [, bucket, prefix = ''] = /^([^/]+)\/?(.*?)\/*$/.exec(place) ?? [];
      return bucket === undefined ? null : s3Storage({ bucket, prefix });
    },
  },
};

const address = /^([a-z][a-z0-9+.-]+):\/\/(.*)$/i;

/** The files of a repository that is not behind a server. Throws `usage` for a server's address. */
export async function openStorage(
  place: string,
  { cwd }: Pick<OpenRepositoryOptions, 'cwd'> = {},
): Promise<RepositoryStorage> {
  const [, scheme, rest = ''] = address.exec(place) ?? [];
  if (scheme === undefined) return folderStorage(resolve(cwd ?? process.cwd(), place));
  const storage = drivers[scheme.toLowerCase()]?.open(rest);
  if (storage) return storage;
  const forms = Object.values(drivers).map(({ form }) => form);
  throw new LockstepError('usage', `"${place}" cannot be used here as a repository.`, {
    hint: `Give a folder or ${forms.join(' or ')} (and for most commands http(s)://server).`,
  });
}
