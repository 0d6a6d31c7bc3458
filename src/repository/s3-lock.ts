import { hostname } from 'node:os';
import { LockstepError } from '../failure/index.ts';
import type { Ports } from '../ports/index.ts';
import type { PutCondition } from './s3-conditions.ts';
import { defaultLockTimeout, type LockOptions, type StorageLock, type StoredContent } from './storage.ts';

interface LockedObject {
  readonly path: string;
  readonly address: string;
  /** Milliseconds. */
  readonly lease: number;
  readonly ports: Pick<Ports, 'clock' | 'random'>;
  /** The version after the write; null where the condition did not hold. */
  put(path: string, bytes: Uint8Array, condition: PutCondition): Promise<string | null>;
  read(path: string): Promise<StoredContent | null>;
}

/**
 * A lease on an object: its holder renews it, and who sees it unchanged for a whole lease takes it over. Only the
 * waiting side's own clock is used, so clocks need not agree. The object stays: who gives the lock back says so in it,
 * by a conditional write, since a deletion that comes late would take the lock of another away.
 */
export async function lockObject(object: LockedObject, options: LockOptions): Promise<StorageLock> {
  const { clock, random } = object.ports;
  const deadline = clock.monotonic() + (options.timeout ?? defaultLockTimeout);
  const holder = new Holder(options.who, random.uuid());
  let seen = { version: '', since: 0, holder: 'nobody that could be read' };
  for (;;) {
    options.signal?.throwIfAborted();
    const held = await object.read(object.path);
    if (held === null) {
      const version = await object.put(object.path, holder.beat(), { IfNoneMatch: '*' });
      if (version !== null) return keepLease(object, version, holder);
    } else if (isFree(held)) {
      const version = await object.put(object.path, holder.beat(), { IfMatch: held.version });
      if (version !== null) return keepLease(object, version, holder);
    } else if (seen.version !== held.version) {
      seen = { version: held.version, since: clock.monotonic(), holder: new TextDecoder().decode(held.bytes) };
    } else if (clock.monotonic() - seen.since > object.lease) {
      const version = await object.put(object.path, holder.beat(), { IfMatch: held.version });
      if (version !== null) return keepLease(object, version, holder);
    }
    if (clock.monotonic() > deadline) {
      throw new LockstepError(
        'channel-busy',
        `${object.address}/${object.path} is held, as it says by ${seen.holder}`,
        {
          hint: 'Wait until the other publication is done and run the command again.',
        },
      );
    }
    await clock.wait(Math.min(object.lease / 10, 250), options.signal);
  }
}

/** Says who holds the lock, with a mark of this very holding and a count that makes each renewal another content. */
class Holder {
  readonly #who: string;
  readonly #mark: string;
  #beats = 0;

  constructor(who: string, mark: string) {
    this.#who = who;
    this.#mark = mark;
  }

  beat(state: 'held' | 'free' = 'held'): Uint8Array {
    this.#beats += 1;
    const said = { state, who: this.#who, host: hostname(), pid: process.pid, mark: this.#mark, beat: this.#beats };
    return new TextEncoder().encode(JSON.stringify(said));
  }

  wrote({ bytes }: StoredContent): boolean {
    return new TextDecoder().decode(bytes).includes(this.#mark);
  }
}

function isFree({ bytes }: StoredContent): boolean {
  return new TextDecoder().decode(bytes).startsWith('{"state":"free"');
}

function keepLease(object: LockedObject, first: string, holder: Holder): StorageLock {
  let version: string | null = first;
  let renewal: Promise<void> = Promise.resolve();
  const stop = object.ports.clock.every(
    object.lease / 3,
    () => {
      renewal = renewal.then(async () => {
        if (version === null) return;
        // a lost lease is noticed by the conditional write of the index; here there is nobody to tell
        version = await renew(object, version, holder).catch(() => version);
      });
    },
    { quiet: true },
  );
  return {
    async release() {
      stop();
      await renewal;
      const held = version === null ? null : await object.read(object.path);
      if (held && holder.wrote(held)) await object.put(object.path, holder.beat('free'), { IfMatch: held.version });
    },
  };
}

/** Null once somebody else has taken the lock over; a renewal of ours whose answer came late or never is still ours. */
async function renew(object: LockedObject, version: string, holder: Holder): Promise<string | null> {
  const next = await object.put(object.path, holder.beat(), { IfMatch: version });
  if (next !== null) return next;
  const held = await object.read(object.path);
  return held && holder.wrote(held) ? held.version : null;
}
