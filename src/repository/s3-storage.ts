import { readFile } from 'node:fs/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import { LockstepError } from '../failure/index.ts';
import { changedMeanwhile } from './folder-storage.ts';
import { lockObject } from './s3-lock.ts';
import type { RepositoryStorage, StoredFile } from './storage.ts';

export interface S3Options {
  readonly bucket: string;
  /** Without slashes at its ends; may be empty. */
  readonly prefix: string;
  /** For storage that is not Amazon's; else `AWS_ENDPOINT_URL`. */
  readonly endpoint?: string;
  readonly region?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** How long a lock outlives a holder that stopped renewing it, in milliseconds. */
  readonly lease?: number;
}

/**
 * A repository in S3-compatible storage. Conditional writes (`If-None-Match`, `If-Match`) are what keeps two publishers
 * apart: also a holder whose lock expired cannot overwrite a newer index.
 */
export async function s3Storage(options: S3Options): Promise<RepositoryStorage> {
  const s3 = await import('@aws-sdk/client-s3');
  const endpoint = options.endpoint ?? process.env['AWS_ENDPOINT_URL_S3'] ?? process.env['AWS_ENDPOINT_URL'];
  const client: S3Client = new s3.S3Client({
    region: options.region ?? process.env['AWS_REGION'] ?? process.env['AWS_DEFAULT_REGION'] ?? 'us-east-1',
    ...(endpoint ? { endpoint, forcePathStyle: true } : {}),
    ...(options.credentials ? { credentials: options.credentials } : {}),
    // many compatible stores know no other checksums than S3's first ones
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  const Bucket = options.bucket;
  const address = `s3://${Bucket}${options.prefix ? `/${options.prefix}` : ''}`;
  const root = options.prefix ? `${options.prefix}/` : '';
  const keyOf = (path: string): string => root + path;

  async function* pages(prefix: string, delimiter?: string) {
    let token: string | undefined;
    do {
      const page = await translated(
        address,
        client.send(
          new s3.ListObjectsV2Command({
            Bucket,
            Prefix: keyOf(prefix),
            ...(delimiter ? { Delimiter: delimiter } : {}),
            ...(token ? { ContinuationToken: token } : {}),
          }),
        ),
      );
      yield page;
      token = page.IsTruncated ? page.NextContinuationToken : undefined;
    } while (token);
  }

  async function put(path: string, bytes: Uint8Array, condition: { IfNoneMatch?: string; IfMatch?: string }) {
    const answer = await translated(
      address,
      client.send(
        new s3.PutObjectCommand({
          Bucket,
          Key: keyOf(path),
          Body: bytes,
          ContentType: contentType(path),
          CacheControl:
            path.endsWith('.db') || path.endsWith('.json') ? 'no-cache' : 'public, max-age=31536000, immutable',
          ...condition,
        }),
      ),
      // 404: what should have been replaced was deleted meanwhile
      condition.IfMatch === undefined ? [412, 409] : [412, 409, 404],
    );
    return answer?.ETag ?? null;
  }

  const storage: RepositoryStorage = {
    address,
    async list(prefix) {
      const files: StoredFile[] = [];
      for await (const page of pages(prefix)) {
        for (const { Key = '', Size = 0, LastModified } of page.Contents ?? []) {
          files.push({ path: Key.slice(root.length), size: Size, modified: LastModified?.getTime() ?? 0 });
        }
      }
      return files.sort((a, b) => (a.path < b.path ? -1 : 1));
    },
    async listFolders(prefix) {
      const names: string[] = [];
      for await (const page of pages(prefix, '/')) {
        for (const { Prefix = '' } of page.CommonPrefixes ?? []) names.push(Prefix.slice(keyOf(prefix).length, -1));
      }
      // some stores name a folder again on the next page
      return [...new Set(names)].sort();
    },
    async read(path) {
      const answer = await translated(
        address,
        client.send(new s3.GetObjectCommand({ Bucket, Key: keyOf(path) })),
        [404],
      );
      if (!answer?.Body) return null;
      return { bytes: await translated(address, answer.Body.transformToByteArray()), version: answer.ETag ?? '' };
    },
    async writeIfAbsent(path, content) {
      const bytes = content instanceof Uint8Array ? content : await readFile(content.file);
      return (await put(path, bytes, { IfNoneMatch: '*' })) !== null;
    },
    async replace(path, bytes, expected) {
      const etag = await put(path, bytes, expected === null ? { IfNoneMatch: '*' } : { IfMatch: expected });
      if (etag === null) throw changedMeanwhile(`${address}/${path}`);
    },
    async delete(path) {
      await translated(address, client.send(new s3.DeleteObjectCommand({ Bucket, Key: keyOf(path) })), [404]);
    },
    lock: (path, lockOptions) =>
      lockObject(
        { path, lease: options.lease ?? 15_000, address, put, read: storage.read, remove: storage.delete },
        lockOptions,
      ),
    close: () => client.destroy(),
  };
  return storage;
}

function contentType(path: string): string {
  if (path.endsWith('.json') || path.endsWith('.db')) return 'application/json';
  return 'application/octet-stream';
}

/** Translates the library's failures once; the statuses in `expected` give null. */
async function translated<T>(address: string, work: Promise<T>): Promise<T>;
async function translated<T>(address: string, work: Promise<T>, expected: readonly number[]): Promise<T | null>;
async function translated<T>(address: string, work: Promise<T>, expected: readonly number[] = []): Promise<T | null> {
  try {
    return await work;
  } catch (cause) {
    const { $metadata, name, message } = cause as {
      $metadata?: { httpStatusCode?: number };
      name?: string;
      message?: string;
    };
    const status = $metadata?.httpStatusCode;
    if (status !== undefined && expected.includes(status) && name !== 'NoSuchBucket') return null;
    if (status === 401 || status === 403 || name === 'CredentialsProviderError') {
      throw new LockstepError('not-allowed', `${address} refuses access: ${message ?? name}.`, {
        hint: 'Check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and the rights on the bucket.',
        cause,
      });
    }
    if (status === 404) {
      throw new LockstepError('channel-not-found', `${address} does not exist.`, {
        hint: 'Create the bucket first.',
        cause,
      });
    }
    throw new LockstepError('channel-unreachable', `${address} does not answer as it should: ${message ?? name}.`, {
      hint: 'Check AWS_ENDPOINT_URL, the region and the network; nothing was changed.',
      cause,
    });
  }
}
