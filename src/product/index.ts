import { readFileSync } from 'node:fs';

/** Of this Lockstep, as package.json says; what `lockstep --version` prints. */
export const productVersion: string = (
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
).version;
