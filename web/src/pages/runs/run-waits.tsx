import { Alert } from '@mantine/core';
import type { RunDetail } from '../../api/types.ts';
import { useSession } from '../../session/use-session.ts';
import { useText } from '../../text/index.tsx';

/** Why nobody does the steps of a run; nothing where somebody does. */
export function RunWaits({ waits }: { readonly waits: RunDetail['waits'] }) {
  const { say } = useText();
  const { data } = useSession();
  if (!waits) return null;
  const labels = waits.labels.join(', ');
  const why = waits.labels.length === 0 ? 'nobody' : waits.labels.length === 1 ? 'label' : 'labels';
  const reason = data?.builtInAgent?.reason;
  return (
    <Alert role="status" title={say(`runs.waits.${why}`, { labels })}>
      {(reason === 'other-users' || reason === 'listens-widely') && say('runs.agentOff')}
    </Alert>
  );
}
