/** Times that a request is sent before its answer counts. */
export const attempts = 5;

/** Longest that a server's own wish is followed. */
const longest = 120_000;

/** What may be different the next time: too many requests, and faults of the server or on the way to it (0). */
export function mayPass(status: number): boolean {
  return status === 0 || status === 408 || status === 429 || status >= 500;
}

/** Milliseconds before the next attempt: what `Retry-After` says, in seconds or as a date, else twice as long each time. */
export function waitBefore(attempt: number, retryAfter: string | null, now: number): number {
  const wished = retryAfter === null ? null : readRetryAfter(retryAfter, now);
  return Math.min(longest, wished ?? 250 * 2 ** attempt);
}

function readRetryAfter(text: string, now: number): number | null {
  if (/^\s*\d+\s*$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}
