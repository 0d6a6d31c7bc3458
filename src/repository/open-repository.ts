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

/** The files of a repository that is not behind a server. Throws `usage` for a server's address. */
export async function openStorage(
  address: string,
  { cwd }: Pick<OpenRepositoryOptions, 'cwd'> = {},
): Promise<RepositoryStorage> {
  const s3 = /^s3:\/\/([^/]+)\/?(.*?)\/*$/.exec(address);
  if (s3) return s3Storage({ bucket: s3[1]!, prefix: s3[2]! });
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(address)) {
    throw new LockstepError('usage', `"${address}" cannot be used here as a repository.`, {
      hint: 'Give a folder or s3://bucket/prefix (and for most commands http(s)://server).',
    });
  }
  return folderStorage(resolve(cwd ?? process.cwd(), address));
}
