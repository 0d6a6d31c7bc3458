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
  return {
    seal(text) {
      const nonce = random.bytes(12);
      const cipher = createCipheriv('aes-256-gcm', key(true), nonce);
      const bytes = cipher.update(text, 'utf8', 'base64url') + cipher.final('base64url');
      return `v1.${nonce.toString('base64url')}.${cipher.getAuthTag().toString('base64url')}.${bytes}`;
    },
    open(sealed) {
      const [version, nonce, tag, bytes] = sealed.split('.');
      try {
        if (version !== 'v1') throw new Error(`unknown seal ${version}`);
        const decipher = createDecipheriv('aes-256-gcm', key(false), Buffer.from(nonce!, 'base64url'), {
          authTagLength: 16,
        });
        decipher.setAuthTag(Buffer.from(tag!, 'base64url'));
        return decipher.update(bytes!, 'base64url', 'utf8') + decipher.final('utf8');
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
