const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** How long ago: in words for what is recent, as a date for what is older than a week. */
export function timeAgo(at: number, now: number, locale: string): string {
  const past = now - at;
  const words = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' });
  const size = Math.abs(past);
  if (size < 45_000) return words.format(0, 'second');
  if (size < 50 * minute) return words.format(-Math.round(past / minute), 'minute');
  if (size < 22 * hour) return words.format(-Math.round(past / hour), 'hour');
  if (size < 7 * day) return words.format(-Math.round(past / day), 'day');
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  const date: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short' };
  if (!sameYear) date.year = 'numeric';
  return new Intl.DateTimeFormat(locale, date).format(at);
}

export function exactTime(at: number, locale: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'medium' }).format(at);
}

/** A duration as people say it: `1.2 s`, `1 min 42 s`, `2 h 5 min`. */
export function duration(ms: number, locale: string): string {
  const number = (value: number, digits = 0): string =>
    new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value);
  if (ms < 1_000) return `${number(Math.max(0, Math.round(ms)))} ms`;
  if (ms < 10_000) return `${number(ms / 1_000, 1)} s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${number(seconds)} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${number(Math.floor(seconds / 3_600))} h ${Math.floor((seconds % 3_600) / 60)} min`;
}
