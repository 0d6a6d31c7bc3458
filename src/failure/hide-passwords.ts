/** Passwords in addresses, wherever they got into a text. */
export function hidePasswords(text: string): string {
  return text.replace(/(\w+:\/\/[^\s/:@]*):[^\s/@]+@/g, '$1:***@');
}
