import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { LockstepError } from '../failure/index.ts';
import { type Random, system } from '../ports/index.ts';
import { type Part, partsOf, sealedValue, type Value } from './value.ts';

/** Seals secure values before they are kept, and opens them for the step that needs them. */
export interface Vault {
  seal(text: string): string;
  /** Throws `secret-not-readable` for a value that another key sealed, or that was changed. */
  open(sealed: string): string;
}

/**
 * Opens the vault of a key that is given, or of a key file (32 random bytes, mode 600), which is made where there is
 * none. AES-256-GCM with a fresh nonce for each value: `v1.<nonce>.<tag>.<bytes>` in base64url.
 */
export function openVault(keyFile: string, given: KeyObject | null = null, random: Random = system.random): Vault {
  let known = given;
  // read at the first use: looking at runs needs no key, and makes none
  const key = (): KeyObject => {
    known ??= readKey(keyFile, random);
    return known;
  };
  return {
    seal(text) {
      const nonce = random.bytes(12);
      const cipher = createCipheriv('aes-256-gcm', key(), nonce);
      const bytes = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return ['v1', ...[nonce, cipher.getAuthTag(), bytes].map((part) => part.toString('base64url'))].join('.');
    },
    open(sealed) {
      const [version, nonce, tag, bytes] = sealed.split('.');
      try {
        if (version !== 'v1') throw new Error(`unknown seal ${version}`);
        const decipher = createDecipheriv('aes-256-gcm', key(), Buffer.from(nonce!, 'base64url'), {
          authTagLength: 16,
        });
        decipher.setAuthTag(Buffer.from(tag!, 'base64url'));
        return Buffer.concat([decipher.update(Buffer.from(bytes!, 'base64url')), decipher.final()]).toString('utf8');
      } catch (cause) {
        throw new LockstepError('secret-not-readable', 'A secure value of the run cannot be opened with this key.', {
          hint: given
            ? 'Give the key that sealed it (LOCKSTEP_RUN_KEY), or request the process anew.'
            : `Restore the key file ${keyFile} that belongs to the data, or request the process anew.`,
          cause,
        });
      }
    },
  };
}

function readKey(file: string, random: Random): KeyObject {
  if (!existsSync(file)) {
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

export function seal(vault: Vault, text: string): Value {
  return sealedValue(vault.seal(text));
}

/** Opens the sealed parts of a value and tells what they held, so that it can be masked. */
export function openParts(vault: Vault, value: Value | readonly Part[]): { parts: Part[]; secrets: string[] } {
  const secrets: string[] = [];
  const given: readonly Part[] = Array.isArray(value) ? (value as readonly Part[]) : partsOf(value as Value);
  const parts = given.map((part): Part => {
    if (part.kind !== 'sealed') return part;
    const text = vault.open(part.sealed);
    secrets.push(text);
    return { kind: 'text', text };
  });
  return { parts, secrets };
}
