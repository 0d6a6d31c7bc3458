import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { openMasker } from './mask.ts';

export interface LogLimits {
  /** Bytes kept from the beginning. */
  readonly head: number;
  /** Bytes kept from the end when there is more. */
  readonly tail: number;
}

export const defaultLogLimits: LogLimits = { head: 256 * 1024 * 1024, tail: 1024 * 1024 };

export interface StepLog {
  write(bytes: Buffer): void;
  /** Writes what was held back; answers how many bytes the file has. */
  close(): number;
}

/**
 * A step's log file: secure values masked, and bounded. What a step prints beyond `head` is kept only as its last
 * `tail` bytes, with a line between that says how much is missing, so that a step may print without end.
 */
export function openStepLog(file: string, secrets: readonly string[], limits: LogLimits = defaultLogLimits): StepLog {
  mkdirSync(dirname(file), { recursive: true });
  const handle = openSync(file, 'w', 0o600);
  const masker = openMasker(secrets);
  let size = 0;
  let dropped = 0;
  let tail: Buffer[] = [];
  let tailSize = 0;
  let open = true;

  function append(bytes: Buffer): void {
    for (let done = 0; done < bytes.length; ) done += writeSync(handle, bytes, done);
    size += bytes.length;
  }

  function keep(bytes: Buffer): void {
    const room = Math.max(0, limits.head - size);
    if (tailSize === 0 && dropped === 0 && room > 0) append(bytes.subarray(0, room));
    const rest = tailSize === 0 && dropped === 0 ? bytes.subarray(room) : bytes;
    if (rest.length === 0) return;
    // copied, so that a small rest does not hold a large buffer
    tail.push(Buffer.from(rest.length > limits.tail ? rest.subarray(rest.length - limits.tail) : rest));
    dropped += Math.max(0, rest.length - limits.tail);
    tailSize += tail.at(-1)!.length;
    while (tailSize - tail[0]!.length >= limits.tail) {
      const first = tail.shift()!;
      tailSize -= first.length;
      dropped += first.length;
    }
  }

  return {
    write(bytes) {
      keep(masker.write(bytes));
    },
    close() {
      if (!open) return size;
      open = false;
      keep(masker.end());
      if (dropped > 0) append(Buffer.from(`\n[… ${dropped} bytes of the log were left out …]\n`));
      for (const piece of tail) append(piece);
      tail = [];
      closeSync(handle);
      return size;
    },
  };
}
