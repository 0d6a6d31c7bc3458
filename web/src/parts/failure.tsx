import { Alert, Button, Text } from '@mantine/core';
import { ApiError } from '../api/client.ts';
import { useText } from '../text/index.tsx';
import { ServerWords } from './server-words.tsx';

/** What went wrong, and what to do. */
export function Failure({ error, retry }: { readonly error: unknown; readonly retry?: () => void }) {
  const { say } = useText();
  return (
    <Alert color="red" title={say('app.failed')} role="alert">
      {error instanceof ApiError ? (
        <ServerWords code={error.code} message={error.message} hint={error.hint} />
      ) : (
        <Text size="sm">{error instanceof TypeError ? say('app.serverGone') : String(error)}</Text>
      )}
      {retry && (
        <Button mt="sm" size="xs" variant="default" onClick={retry}>
          {say('app.retry')}
        </Button>
      )}
    </Alert>
  );
}
