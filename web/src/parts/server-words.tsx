import { Anchor, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { errorTexts } from '../text/errors.ts';
import { type TextKey, useText } from '../text/index.tsx';

interface ServerWordsProperties {
  readonly code: string;
  readonly message: string;
  readonly hint?: string | null | undefined;
}

interface Place {
  readonly to: string;
  readonly text: TextKey;
}

const general: Place = { to: '/configuration/provisioning/general', text: 'menu.general' };
const plugins: Place = { to: '/configuration/provisioning/plugins', text: 'menu.plugins' };

/** Where in the page help is found; the server's own hint speaks to those who type commands. */
const places: Readonly<Record<string, Place>> = {
  'plan-not-found': { to: '/upgrades', text: 'menu.upgrades' },
  'process-not-found': { to: '/processes', text: 'menu.processes' },
  'run-not-found': { to: '/runs', text: 'menu.runs' },
  'plugin-not-found': plugins,
  'plugin-not-offered': plugins,
  'channel-not-set': general,
  'channel-not-found': { to: '/channels', text: 'menu.channels' },
  'user-not-found': { to: '/users', text: 'menu.users' },
};

/** An error in the person's language where the page has its code; the server's own words name what it is about. */
export function ServerWords({ code, message, hint }: ServerWordsProperties) {
  const { say, language } = useText();
  const known = language === 'en' ? undefined : errorTexts[language][code];
  const place = Object.hasOwn(places, code) ? places[code] : undefined;
  return (
    <>
      {known && <Text size="sm">{known}</Text>}
      <div {...(language === 'en' ? {} : { lang: 'en' })}>
        <Text size={known ? 'xs' : 'sm'}>{message}</Text>
        {hint && !place && <Text size={known ? 'xs' : 'sm'}>→ {hint}</Text>}
      </div>
      {place && (
        <Anchor size="sm" underline="always" renderRoot={(properties) => <Link to={place.to} {...properties} />}>
          {say('app.lookAt', { place: say(place.text) })}
        </Anchor>
      )}
    </>
  );
}
