import { Alert, List, Text } from '@mantine/core';
import type { TriedUrl } from '../../api/types.ts';
import { useText } from '../../text/index.tsx';

/** What the channel at a URL offers, before it is taken. */
export function TriedUrlNotice({ tried }: { readonly tried: TriedUrl }) {
  const { say } = useText();
  if (!tried.reachable) {
    return (
      <Alert color="red" role="alert" title={say('general.unreachable')}>
        {tried.reason}
      </Alert>
    );
  }
  return (
    <Alert color="green" role="status" title={say('general.offers', { count: tried.plugins })}>
      <Text size="sm">
        {say('general.offersDetail', { fresh: tried.newPlugins, upgrades: tried.upgrades })}{' '}
        {say(tried.signed ? 'general.signed' : 'general.unsigned')}
      </Text>
      {tried.problems.length > 0 && (
        <List size="sm" mt="xs">
          {tried.problems.map((problem) => (
            <List.Item key={`${problem.code} ${problem.message}`}>{problem.message}</List.Item>
          ))}
        </List>
      )}
    </Alert>
  );
}
