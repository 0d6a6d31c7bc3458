import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { holdsSealed, type Store } from '../../store/index.ts';

/** Where the key is that opens what is sealed: beside it, given to the servers from outside, or needed by nothing. */
export type KeyPlace = 'moved' | 'outside' | 'none';

export async function keyPlace(store: Store, folder: string): Promise<KeyPlace> {
  if (existsSync(join(folder, 'run.key'))) return 'moved';
  return (await holdsSealed(store)) ? 'outside' : 'none';
}

/** For a person; nothing where the key went along. */
export function keyWords(place: KeyPlace): string {
  return place === 'outside'
    ? '\nThe key that opens its sealed values is not among it: give servers there the one they have here (LOCKSTEP_RUN_KEY), and keep it.'
    : '';
}
