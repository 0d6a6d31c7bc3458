import { LockstepError, type Problem } from '../failure/index.ts';
import type { StoredContent } from './storage.ts';

/** The file beside the index that says when a channel ends; there is none for a channel that lasts. */
export const endName = 'ends.json';

const day = 86_400_000;

/** When a channel ends (ISO 8601); null: it lasts. What cannot be read ends nothing. */
export function parseEnd(content: Pick<StoredContent, 'bytes'> | null): string | null {
  if (!content) return null;
  try {
    const { ends } = JSON.parse(new TextDecoder().decode(content.bytes)) as { ends?: unknown };
    return typeof ends === 'string' && !Number.isNaN(Date.parse(ends)) ? ends : null;
  } catch {
    return null;
  }
}

/** The end of a channel that somebody publishes to for so many days from now. */
export function endAfter(days: number, now: Date): string {
  if (Number.isInteger(days) && days >= 1 && days <= 3650) return new Date(now.getTime() + days * day).toISOString();
  throw new LockstepError('usage', `A channel lasts a whole number of days from 1 to 3650, not ${days}.`, {
    hint: 'For instance: --days 14',
  });
}

export function hasEnded(ends: string | null, now: Date): boolean {
  return ends !== null && Date.parse(ends) <= now.getTime();
}

/** Told to whoever reads the channel. */
export function endProblem(name: string, ends: string, now: Date): Problem {
  const ended = hasEnded(ends, now);
  return {
    code: 'channel-ends',
    severity: ended ? 'warning' : 'notice',
    message: ended
      ? `The channel "${name}" ended on ${ends.slice(0, 10)}; its packages may go at any time.`
      : `The channel "${name}" ends on ${ends.slice(0, 10)}; it is removed then.`,
    hint: 'Take the plugins from a channel that lasts.',
  };
}

export function channelEnded(channel: string, ends: string): LockstepError {
  return new LockstepError('channel-ended', `The channel "${channel}" ended on ${ends.slice(0, 10)}.`, {
    hint: 'Publish with --days to let it live on, or remove it with "lockstep channel remove".',
    data: { ends },
  });
}

export function channelLasts(channel: string, why: string): LockstepError {
  return new LockstepError('channel-lasts', `The channel "${channel}" ${why}.`, {
    hint: `See "lockstep channel show ${channel}".`,
  });
}
