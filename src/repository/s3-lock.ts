import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { LockstepError } from '../failure/index.ts';
import { defaultLockTimeout, type LockOptions, type StorageLock, type StoredContent } from './storage.ts';

interface LockedObject {
  readonly path: string;
  readonly address: string;
  /** Milliseconds. */
  readonly lease: number;
  put(path: string, bytes: Uint8Array, condition: { IfNoneMatch?: string; IfMatch?: string }): Promise<string | null>;
  read(path: string): Promise<StoredContent | null>;
  remove(path: string): Promise<void>;
}

/**
 * A lease on an object: its holder renews it, and who sees it unchanged for a whole lease takes it over. Only the
 * waiting side's own clock is used, so clocks need not agree.
 */
export async function lockObject(object: LockedObject, options: LockOptions): Promise<StorageLock> {
  const deadline = performance.now() + (options.timeout ?? defaultLockTimeout);
  let seen = { version: '', since: 0, holder: 'unknown' };
  for (;;) {
    options.signal?.throwIfAborted();
    const held = await object.read(object.path);
    if (held === null) {
      const version = await object.put(object.path, describeHolder(options.who), { IfNoneMatch: '*' });
      if (version !== null) return keepLease(object, version, options.who);
    } else if (seen.version !== held.version) {
      seen = { version: held.version, since: performance.now(), holder: new TextDecoder().decode(held.bytes) };
    } else if (performance.now() - seen.since > object.lease) {
      const version = await object.put(object.path, describeHolder(options.who), { IfMatch: held.version });
      if (version !== null) return keepLease(object, version, options.who);
    }
    if (performance.now() > deadline) {
      throw new LockstepError('channel-busy', `Somebody else holds ${object.address}/${object.path}: ${seen.holder}`, {
        hint: 'Wait until the other publication is done and run the command again.',
      });
    }
    await wait(Math.min(object.lease / 10, 250), undefined, options.signal ? { signal: options.signal } : {});
  }
}

function keepLease(object: LockedObject, first: string, who: string): StorageLock {
  let version: string | null = first;
  let renewal: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    renewal = renewal.then(async () => {
      if (version === null) return;
      // a lost lease is noticed by the conditional write of the index; here there is nobody to tell
      version = await object.put(object.path, describeHolder(who), { IfMatch: version }).catch(() => version);
    });
  }, object.lease / 3);
  timer.unref();
  return {
    async release() {
      clearInterval(timer);
      await renewal;
      if (version === null) return;
      const held = await object.read(object.path);
      if (held?.version === version) await object.remove(object.path);
    },
  };
}

function describeHolder(who: string): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ who, host: hostname(), pid: process.pid, mark: randomUUID() }));
}
