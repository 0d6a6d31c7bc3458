import { hidePasswords } from '../failure/index.ts';

/** Tokens of ours and passwords in addresses, wherever they got into a text. */
export function hideSecrets(text: string): string {
  return hidePasswords(text.replace(/lockstep_[A-Za-z0-9_-]{20,}/g, 'lockstep_***'));
}
