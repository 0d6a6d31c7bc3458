import { LockstepError } from '../failure/index.ts';

/** A conditional write's answer: the tag of what was written, or the status with which the store refused it, and at which try. */
export type PutAnswer = { readonly etag: string } | { readonly refused: number; readonly tries: number };

export interface PutCondition {
  readonly IfNoneMatch?: '*';
  readonly IfMatch?: string;
}

/** The few calls that the probe needs. */
export interface ProbedBucket {
  readonly address: string;
  put(path: string, bytes: Uint8Array, condition: PutCondition): Promise<PutAnswer>;
  read(path: string): Promise<{ readonly bytes: Uint8Array } | null>;
  delete(path: string): Promise<void>;
}

/** How a store wants the tag in `If-Match`: in quotes, as the standard has it, or without (Ceph). */
export type TagForm = (etag: string) => string;

const quoted: TagForm = (etag) => `"${bare(etag)}"`;
const bare: TagForm = (etag) => etag.replace(/^"|"$/g, '');

const wrongTag = '0123456789abcdef0123456789abcdef';

/**
 * Finds out whether a store holds to the conditions of a write, on an object of its own that is deleted afterwards. They
 * are all that keeps two publishers apart, so a store that ignores them is refused. Throws `storage-not-safe`.
 */
export async function probeConditions(bucket: ProbedBucket, path: string): Promise<TagForm> {
  const put = (text: string, condition: PutCondition) => bucket.put(path, new TextEncoder().encode(text), condition);
  const holds = async (text: string): Promise<boolean> => {
    const there = await bucket.read(path);
    return there !== null && new TextDecoder().decode(there.bytes) === text;
  };
  const first = await put('first', {});
  if (!('etag' in first)) throw notSafe(bucket.address, 'refuses a write that has no condition');
  try {
    if ('etag' in (await put('second', { IfNoneMatch: '*' }))) {
      throw notSafe(bucket.address, 'wrote over an object although "If-None-Match: *" forbids it');
    }
    for (const form of [quoted, bare]) {
      const wrong = form === quoted ? 'wrong, quoted' : 'wrong, bare';
      if ('etag' in (await put(wrong, { IfMatch: form(wrongTag) }))) {
        throw notSafe(bucket.address, 'replaced an object although the tag in "If-Match" was not its own');
      }
      const right = form === quoted ? 'right, quoted' : 'right, bare';
      // an answer that was lost makes the client's second try refuse what the first has done
      if ('etag' in (await put(right, { IfMatch: form(first.etag) })) || (await holds(right))) return form;
    }
    throw notSafe(bucket.address, 'refuses "If-Match" even with the tag that the object has');
  } finally {
    await bucket.delete(path);
  }
}

function notSafe(address: string, what: string): LockstepError {
  return new LockstepError('storage-not-safe', `${address} cannot hold channels: it ${what}.`, {
    hint: 'Two publishers would overwrite each other there. Use a store with conditional writes, or a folder; nothing was published.',
  });
}
