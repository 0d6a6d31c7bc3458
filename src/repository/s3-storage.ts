import { readFile } from 'node:fs/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import { type Ports, system } from '../ports/index.ts';
import { changedMeanwhile } from './folder-storage.ts';
import { type S3ClientOptions, s3Client } from './s3-client.ts';
import { conditionalWrites } from './s3-conditional-writes.ts';
import type { PutAnswer, PutCondition } from './s3-conditions.ts';
import { isMissingBucket, statusOf, translateS3Error, triesOf } from './s3-errors.ts';
import { lockObject } from './s3-lock.ts';
import type { RepositoryStorage, StoredFile } from './storage.ts';

export interface S3Options extends S3ClientOptions {
  readonly bucket: string;
  /** Without slashes at its ends; may be empty. */
  readonly prefix: string;
  /** Sends the requests; else one for the endpoint is made. */
  readonly client?: Pick<S3Client, 'send' | 'destroy'>;
  readonly ports?: Pick<Ports, 'clock' | 'random'>;
  /** How long a lock outlives a holder that stopped renewing it, in milliseconds. */
  readonly lease?: number;
}

/**
 * A repository in S3-compatible storage. Conditional writes (`If-None-Match`, `If-Match`) are what keeps two publishers
 * apart: also a holder whose lock expired cannot overwrite a newer index.
 */
export async function s3Storage(options: S3Options): Promise<RepositoryStorage> {
  const s3 = await import('@aws-sdk/client-s3');
  const client = options.client ?? (await s3Client(options));
  const { clock, random } = options.ports ?? system;
  const Bucket = options.bucket;
  const address = `s3://${Bucket}${options.prefix ? `/${options.prefix}` : ''}`;
  const root = options.prefix ? `${options.prefix}/` : '';
  const keyOf = (path: string): string => root + path;
  const reading = <T>(work: Promise<T>): Promise<T> =>
    work.catch((cause) => {
      throw translateS3Error(cause, address, 'read');
    });

  async function* pages(prefix: string, delimiter?: string) {
    let token: string | undefined;
    do {
      const page = await reading(
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

  async function put(path: string, bytes: Uint8Array, condition: PutCondition): Promise<PutAnswer> {
    const command = new s3.PutObjectCommand({
      Bucket,
      Key: keyOf(path),
      Body: bytes,
      ContentType: contentType(path),
      CacheControl: path.endsWith('.db') || path.endsWith('.json') ? 'no-cache' : 'public, max-age=31536000, immutable',
      ...condition,
    });
    try {
      return { etag: (await client.send(command)).ETag ?? '' };
    } catch (cause) {
      const refused = statusOf(cause);
      if (refused !== null && refusals(condition).has(refused) && !isMissingBucket(cause)) {
        return { refused, tries: triesOf(cause) };
      }
      throw translateS3Error(cause, address, 'write');
    }
  }

  const { tagForm, putIf } = conditionalWrites({
    address,
    ports: { clock, random },
    put,
    read: (path) => storage.read(path),
    delete: (path) => storage.delete(path),
  });
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
      const answer = await client.send(new s3.GetObjectCommand({ Bucket, Key: keyOf(path) })).catch((cause) => {
        if (statusOf(cause) === 404 && !isMissingBucket(cause)) return null;
        throw translateS3Error(cause, address, 'read');
      });
      if (!answer?.Body) return null;
      return { bytes: await reading(answer.Body.transformToByteArray()), version: answer.ETag ?? '' };
    },
    async writeIfAbsent(path, content) {
      const bytes = content instanceof Uint8Array ? content : await readFile(content.file);
      return (await putIf(path, bytes, { IfNoneMatch: '*' }, { takenIsTaken: true })) !== null;
    },
    async replace(path, bytes, expected) {
      const version = await putIf(path, bytes, expected === null ? { IfNoneMatch: '*' } : { IfMatch: expected });
      if (version === null) throw changedMeanwhile(`${address}/${path}`);
    },
    async delete(path) {
      await client.send(new s3.DeleteObjectCommand({ Bucket, Key: keyOf(path) })).catch((cause) => {
        if (statusOf(cause) !== 404 || isMissingBucket(cause)) throw translateS3Error(cause, address, 'write');
      });
    },
    lock: (path, lockOptions) =>
      lockObject(
        {
          path,
          lease: options.lease ?? 15_000,
          ports: { clock, random },
          address,
          put: putIf,
          read: storage.read,
        },
        lockOptions,
      ),
    async check() {
      await tagForm();
    },
    close: () => client.destroy(),
  };
  return storage;
}

/** Statuses that say that the condition did not hold (404: what should be replaced is gone), or that none is known. */
function refusals({ IfNoneMatch, IfMatch }: PutCondition): ReadonlySet<number> {
  if (IfMatch !== undefined) return new Set([412, 409, 404, 400, 501]);
  return new Set(IfNoneMatch === undefined ? [] : [412, 409, 400, 501]);
}

function contentType(path: string): string {
  if (path.endsWith('.json') || path.endsWith('.db')) return 'application/json';
  return 'application/octet-stream';
}
