import { nameInForm } from './same-name.ts';

/** `Text Utils` and `TextUtils` are the same name written otherwise: letter case and signs do not count. */
export function sameDisplayName(one: string, other: string): boolean {
  return one === other || (plain(one) !== '' && plain(one) === plain(other));
}

function plain(name: string): string {
  return nameInForm(name)
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}
