import { type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { system } from '../../ports/index.ts';

const cost = { N: 32768, r: 8, p: 1 };
/** Bytes of a hash. */
const length = 32;

/** A password as it is kept: `scrypt$N$r$p$salt$hash`, base64. */
export async function hashPassword(password: string): Promise<string> {
  const salt = system.random.bytes(16);
  return written(salt, await derive(password, salt, length, cost));
}

/** What no password matches, at the cost of one that is kept. */
export function unmatched(): string {
  return written(system.random.bytes(16), system.random.bytes(length));
}

function written(salt: Buffer, hash: Buffer): string {
  return ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64'), hash.toString('base64')].join('$');
}

/** Compares in constant time; anything that is no password of ours is simply not it. */
export async function passwordMatches(password: string, kept: string): Promise<boolean> {
  const [scheme, N, r, p, salt, hash] = kept.split('$');
  if (scheme !== 'scrypt' || !salt || !hash) return false;
  const expected = Buffer.from(hash, 'base64');
  const given = await derive(password, Buffer.from(salt, 'base64'), expected.length, {
    N: Number(N),
    r: Number(r),
    p: Number(p),
  });
  return timingSafeEqual(given, expected);
}

function derive(password: string, salt: Buffer, bytes: number, options: ScryptOptions): Promise<Buffer> {
  return new Promise((done, fail) => {
    const maxmem = 256 * (options.N ?? 0) * (options.r ?? 0);
    scrypt(password.normalize('NFC'), salt, bytes, { ...options, maxmem }, (error, key) =>
      error ? fail(error) : done(key),
    );
  });
}
