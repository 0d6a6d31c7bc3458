import { LockstepError } from '../failure/index.ts';

/** What was asked of a store, as far as an error must say what became of it. */
export type S3Work = 'read' | 'write';

/** A store's or the network's failure in our words. */
export function translateS3Error(cause: unknown, address: string, work: S3Work): LockstepError {
  if (cause instanceof LockstepError) return cause;
  const { name, message } = cause as { name?: string; message?: string };
  const status = statusOf(cause);
  if (status === 401 || status === 403 || name === 'CredentialsProviderError') {
    return new LockstepError('not-allowed', `${address} refuses access: ${message ?? name}.`, {
      hint: 'Check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and the rights on the bucket.',
      cause,
    });
  }
  if (status === 404) {
    return new LockstepError('channel-not-found', `${address} does not exist.`, {
      hint: 'Create the bucket first.',
      cause,
    });
  }
  const outcome =
    work === 'read'
      ? 'this was a read, which changes nothing.'
      : 'whether the last write arrived is not known: run the command again, it goes on from what is there.';
  return new LockstepError('channel-unreachable', `${address} does not answer as it should: ${message || name}.`, {
    hint: `Check AWS_ENDPOINT_URL, the region, the proxy and the network; ${outcome}`,
    cause,
  });
}

/** The HTTP status that the store answered; null where it never did, or where the whole bucket is missing. */
export function statusOf(cause: unknown): number | null {
  const { $metadata, name } = cause as { $metadata?: { httpStatusCode?: number }; name?: string };
  return name === 'NoSuchBucket' ? 404 : ($metadata?.httpStatusCode ?? null);
}

export function isMissingBucket(cause: unknown): boolean {
  return (cause as { name?: string }).name === 'NoSuchBucket';
}

/** How often the client sent the request before it gave up. */
export function triesOf(cause: unknown): number {
  return (cause as { $metadata?: { attempts?: number } }).$metadata?.attempts ?? 1;
}
