import { Text } from '@mantine/core';
import { errorTexts } from '../text/errors.ts';
import { useText } from '../text/index.tsx';

interface ServerWordsProperties {
  readonly code: string;
  readonly message: string;
  readonly hint?: string | null | undefined;
}

/** An error in the person's language where the page has its code; the server's own words name what it is about. */
export function ServerWords({ code, message, hint }: ServerWordsProperties) {
  const { language } = useText();
  const known = language === 'en' ? undefined : errorTexts[language][code];
  return (
    <>
      {known && <Text size="sm">{known}</Text>}
      <div {...(language === 'en' ? {} : { lang: 'en' })}>
        <Text size={known ? 'xs' : 'sm'}>{message}</Text>
        {hint && <Text size={known ? 'xs' : 'sm'}>→ {hint}</Text>}
      </div>
    </>
  );
}
