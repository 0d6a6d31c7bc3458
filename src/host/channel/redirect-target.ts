/** Where a redirect leads; throws, in words, for one that is never followed. */
export function redirectTarget(from: URL, location: string): URL {
  if (!URL.canParse(location, from.href)) throw new Error('it redirects to something that is no address');
  const next = new URL(location, from);
  if (!/^https?:$/.test(next.protocol)) throw new Error(`it redirects to ${next.protocol}`);
  if (from.protocol === 'https:' && next.protocol === 'http:') throw new Error('it redirects from https to http');
  return next;
}
