import { Alert, Button, Text } from '@mantine/core';
import { ApiError } from '../api/client.ts';
import { useText } from '../text/index.tsx';

/** What went wrong, in the server's words, and what to do. */
export function Failure({ error, retry }: { readonly error: unknown; readonly retry?: () => void }) {
  const { say } = useText();
  const hint = error instanceof ApiError ? error.hint : undefined;
  const message =
    error instanceof ApiError ? error.message : error instanceof TypeError ? say('app.serverGone') : String(error);
  return (
    <Alert color="red" title={say('app.failed')} role="alert">
      <Text size="sm">{message}</Text>
      {hint && <Text size="sm">→ {hint}</Text>}
      {retry && (
        <Button mt="sm" size="xs" variant="default" onClick={retry}>
          {say('app.retry')}
        </Button>
      )}
    </Alert>
  );
}
