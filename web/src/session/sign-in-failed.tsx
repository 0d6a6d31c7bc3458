import { Alert, Text } from '@mantine/core';
import { useText } from '../text/index.tsx';

const texts = {
  'sign-in-unreachable': 'session.failed.sign-in-unreachable',
  'sign-in-expired': 'session.failed.sign-in-expired',
  'sign-in-no-role': 'session.failed.sign-in-no-role',
  'sign-in-name-taken': 'session.failed.sign-in-name-taken',
} as const;

/** The code that a sign-in elsewhere came back with; read before the router takes the address over. */
const failed = new URLSearchParams(location.search).get('sign-in-failed');

/** Why a sign-in elsewhere came to nothing: the code alone is taken from the address, never words. */
export function SignInFailed() {
  const { say } = useText();
  if (failed === null) return null;
  const text = Object.hasOwn(texts, failed) ? texts[failed as keyof typeof texts] : 'session.failed.sign-in-refused';
  return (
    <Alert color="red" role="alert" title={say('session.failed')}>
      <Text size="sm">{say(text)}</Text>
    </Alert>
  );
}
