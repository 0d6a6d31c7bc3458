import { useText } from '../text/index.tsx';
import { useNow } from './now.ts';
import { exactTime, timeAgo } from './time-words.ts';

/** How long ago something was; when exactly, as the person's browser writes times, in its title. */
export function Moment({ at }: { readonly at: string | null }) {
  const { locale } = useText();
  const now = useNow();
  if (at === null) return <span>–</span>;
  const time = Date.parse(at);
  return (
    <time dateTime={at} title={exactTime(time, locale)}>
      {timeAgo(time, isJustAhead(time, now) ? time : now, locale)}
    </time>
  );
}

/** Another clock may be a little before this one; what is farther ahead is meant so. */
function isJustAhead(time: number, now: number): boolean {
  return time > now && time - now < 60_000;
}
