import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits behind a word that secret scanners can look for. */
export function makeSecret(): string {
  return `lockstep_${randomBytes(32).toString('base64url')}`;
}

/** What is kept of a secret. It holds 256 random bits, so that a plain digest is enough. */
export function digestSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** A public id. */
export function makeId(): string {
  return randomBytes(9).toString('base64url');
}
