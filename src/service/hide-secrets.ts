/** Tokens of ours and passwords in addresses, wherever they got into a text. */
export function hideSecrets(text: string): string {
  return text
    .replace(/lockstep_[A-Za-z0-9_-]{20,}/g, 'lockstep_***')
    .replace(/(\w+:\/\/[^\s/:@]*):[^\s/@]+@/g, '$1:***@');
}
