/**
 * The version that a server tells on its first page, to everybody who asks: older ones in a text of the page, newer ones
 * in an element. null where neither stands there.
 */
export function serverVersion(page: string): string | null {
  const told = /"version %s",\s*"([^"<]{1,40})"/.exec(page) ?? /class="productVersion"[^>]*>([^<]{1,40})</.exec(page);
  return /\d+(?:\.\d+)*/.exec(told?.[1] ?? '')?.[0] ?? null;
}
