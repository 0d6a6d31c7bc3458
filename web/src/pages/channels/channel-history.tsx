import { Button, List, Stack, Table, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { channels } from '../../api/resources.ts';
import { Failure } from '../../parts/failure.tsx';
import { Loading } from '../../parts/loading.tsx';
import { Moment } from '../../parts/moment.tsx';
import { useSession } from '../../session/use-session.ts';
import { useText } from '../../text/index.tsx';

/** Who published, promoted, yanked and put back what; the offer can be put back to any of these moments. */
export function ChannelHistory({ channel }: { readonly channel: string }) {
  const { say } = useText();
  const { may } = useSession();
  const client = useQueryClient();
  const query = useQuery({ queryKey: ['channels', 'history', channel], queryFn: () => channels.history(channel) });
  const restore = useMutation({
    mutationFn: (generation: number) =>
      channels.restore(channel, { generation, why: say('channels.restoreWhy', { generation }) }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['channels'] }),
  });
  if (query.error) return <Failure error={query.error} />;
  if (!query.data) return <Loading />;
  if (query.data.length === 0) return <Text>{say('channels.noHistory')}</Text>;
  return (
    <Stack>
      {restore.error && <Failure error={restore.error} />}
      <Table.ScrollContainer minWidth={620}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{say('activity.at')}</Table.Th>
              <Table.Th>{say('activity.by')}</Table.Th>
              <Table.Th>{say('activity.what')}</Table.Th>
              <Table.Th>{say('users.actions')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {query.data.map((event, index) => (
              <Table.Tr key={event.generation}>
                <Table.Td>
                  <Moment at={event.at} />
                </Table.Td>
                <Table.Td>{event.by}</Table.Td>
                <Table.Td>
                  {say(`channels.action.${event.action}`)} {event.from ?? ''} {event.why}
                  <List size="xs">
                    {event.changes.map(({ id, before, after }) => (
                      <List.Item key={id}>
                        {id}: {before ?? '–'} → {after ?? '–'}
                      </List.Item>
                    ))}
                  </List>
                </Table.Td>
                <Table.Td>
                  {index > 0 && may('channel-promote') && (
                    <Button
                      size="xs"
                      variant="default"
                      loading={restore.isPending && restore.variables === event.generation}
                      onClick={() => restore.mutate(event.generation)}
                    >
                      {say('channels.restore', { generation: event.generation })}
                    </Button>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Stack>
  );
}
