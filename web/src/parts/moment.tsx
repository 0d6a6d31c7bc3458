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
      {timeAgo(time, Math.max(now, time), locale)}
    </time>
  );
}
