import { Alert } from '@mantine/core';
import { useConnection } from '../api/connection.ts';
import { useText } from '../text/index.tsx';

/** Says so while the server does not answer; what the page shows is then as it last was. */
export function ServerGone() {
  const { say } = useText();
  if (useConnection().server === 'here') return null;
  return (
    <Alert color="orange" role="alert" mb="md">
      {say('app.serverGone')}
    </Alert>
  );
}
