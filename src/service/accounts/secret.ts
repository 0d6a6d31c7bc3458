import { createHash } from 'node:crypto';
import { system } from '../../ports/index.ts';

/** 256 random bits behind a word that secret scanners can look for. */
export function makeSecret(): string {
  return `lockstep_${system.random.bytes(32).toString('base64url')}`;
}

/** What is kept of a secret. It holds 256 random bits, so that a plain digest is enough. */
export function digestSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** A public id. */
export function makeId(): string {
  return system.random.bytes(9).toString('base64url');
}
