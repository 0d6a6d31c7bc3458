import { Text } from '@mantine/core';
import { useText } from '../text/index.tsx';

/** A time as people of the language write it; the exact one is in its title. */
export function Moment({ at }: { readonly at: string | null }) {
  const { language } = useText();
  if (at === null) return <Text span>–</Text>;
  const shown = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(at));
  return (
    <time dateTime={at} title={at}>
      {shown}
    </time>
  );
}
