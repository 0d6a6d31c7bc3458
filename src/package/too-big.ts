import { notSafe } from './package-faults.ts';

export class TooBig extends Error {}

export function isTooBig(error: unknown): boolean {
  return error instanceof TooBig || (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
}

export function tooBig(name: string, packedSize: number, cap: number, entry?: string): Error {
  const what = entry === undefined ? 'it' : `the entry "${entry}"`;
  return notSafe(name, `${what} expands to more than ${cap} bytes from ${packedSize} (an archive bomb)`, entry);
}
