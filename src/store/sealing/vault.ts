import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { LockstepError } from '../../failure/index.ts';
import { type Random, system } from '../../ports/index.ts';

/** Seals what must not lie in the database in clear, and opens it again. */
export interface Vault {
  seal(text: string): string;
  /** Throws `secret-not-readable` for a value that another key sealed, or that was changed. */
  open(sealed: string): string;
}

/**
 * Opens the vault of a key that is given, or of a key file (32 random bytes, mode 600), which is made where there is
 * none and something is sealed. AES-256-GCM with a fresh nonce for each value: `v1.<nonce>.<tag>.<bytes>` in base64url.
 */
export function openVault(
  keyFile: string | null,
  given: KeyObject | null = null,
  random: Random = system.random,
): Vault {
  let known = given;
  // read at the first use: most looking needs no key
  const key = (make: boolean): KeyObject => {
    known ??= readKey(keyFile, make, random);
    return known;
  };
  const nonces = noncesOf(random);
  return {
    seal(text) {
      const nonce = nonces();
      const cipher = createCipheriv('aes-256-gcm', key(true), nonce, tagged);
      const bytes = cipher.update(Buffer.from(text));
      cipher.final();
      const [a, b, c] = [nonce, cipher.getAuthTag(), bytes].map((part) => part.toString('base64url'));
      return `v1.${a}.${b}.${c}`;
    },
    open(sealed) {
      try {
        const [nonce, tag, bytes] = partsOf(sealed);
        const decipher = createDecipheriv('aes-256-gcm', key(false), Buffer.from(nonce, 'base64url'), tagged);
        decipher.setAuthTag(Buffer.from(tag, 'base64url'));
        const text = decipher.update(bytes, 'base64url');
        // throws unless the tag is that of these bytes: nothing is given away before
        decipher.final();
        return text.toString('utf8');
      } catch (cause) {
        throw new LockstepError('secret-not-readable', 'A sealed value cannot be opened with this key.', {
          hint: given
            ? 'Give the key that sealed it (LOCKSTEP_RUN_KEY).'
            : `Restore the key file ${keyFile} that belongs to the data, or give its content (LOCKSTEP_RUN_KEY).`,
          cause,
        });
      }
    },
  };
}

const tagged = { authTagLength: 16 };

/** Where the parts stand: nonce and tag have their length, whatever was sealed. */
function partsOf(sealed: string): readonly [nonce: string, tag: string, bytes: string] {
  if (!sealed.startsWith('v1.') || sealed[19] !== '.' || sealed[42] !== '.')
    throw new Error(`unknown seal ${sealed.slice(0, 3)}`);
  return [sealed.slice(3, 19), sealed.slice(20, 42), sealed.slice(43)];
}

/** A fresh nonce at each call. They are drawn by the thousand, since a draw costs as much as sealing a small value. */
function noncesOf(random: Random): () => Buffer {
  let drawn: Buffer = Buffer.alloc(0);
  let at = 0;
  return () => {
    if (at === drawn.length) {
      drawn = random.bytes(12 * 1000);
      at = 0;
    }
    at += 12;
    return drawn.subarray(at - 12, at);
  };
}

function readKey(file: string | null, make: boolean, random: Random): KeyObject {
  if (file === null)
    throw new LockstepError('secret-not-readable', 'There is no key to seal with.', { hint: 'Give LOCKSTEP_RUN_KEY.' });
  if (make && !existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true });
    try {
      writeFileSync(file, random.bytes(32), { mode: 0o600, flag: 'wx' });
    } catch (thrown) {
      // another process made it in between
      if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown;
    }
  }
  const key = readFileSync(file);
  if (key.length !== 32)
    throw new LockstepError('secret-not-readable', `${file} is no key: it has ${key.length} bytes, not 32.`, {
      hint: 'Restore it from a backup.',
    });
  return createSecretKey(key);
}
