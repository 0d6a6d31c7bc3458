import { Button, Group, Modal, Stack, Table, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { channels } from '../../api/resources.ts';
import type { Offer } from '../../api/types.ts';
import { Failure } from '../../parts/failure.tsx';
import { Loading } from '../../parts/loading.tsx';
import { useSession } from '../../session/use-session.ts';
import { useText } from '../../text/index.tsx';

export function ChannelOffers({ channel }: { readonly channel: string }) {
  const { say } = useText();
  const { may } = useSession();
  const [yanking, setYanking] = useState<Offer | null>(null);
  const query = useQuery({ queryKey: ['channels', 'one', channel], queryFn: () => channels.show(channel) });
  if (query.error) return <Failure error={query.error} />;
  if (!query.data) return <Loading />;
  const { offers, yanked, problems } = query.data;
  return (
    <Stack>
      {problems.map((problem) => (
        <Text key={problem.message} c="red" size="sm">
          {problem.message}
        </Text>
      ))}
      {offers.length === 0 ? (
        <Text>{say('channels.empty')}</Text>
      ) : (
        <Table.ScrollContainer minWidth={640}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{say('plugins.plugin')}</Table.Th>
                <Table.Th>{say('channels.version')}</Table.Th>
                <Table.Th>{say('channels.family')}</Table.Th>
                <Table.Th>{say('users.actions')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {offers.map((offer) => (
                <Table.Tr key={offer.id} data-offer={offer.id}>
                  <Table.Td>
                    {offer.id}
                    <Text size="xs">{offer.description}</Text>
                  </Table.Td>
                  <Table.Td>{offer.version}</Table.Td>
                  <Table.Td>{offer.family ?? '–'}</Table.Td>
                  <Table.Td>
                    {may('channel-promote') && (
                      <Button
                        size="xs"
                        variant="outline"
                        color="red"
                        aria-label={say('channels.yankWhich', { id: offer.id })}
                        onClick={() => setYanking(offer)}
                      >
                        {say('channels.yank')}
                      </Button>
                    )}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {yanked.map((one) => (
        <Text key={`${one.id} ${one.version}`} size="sm">
          {say('channels.yanked', { id: one.id, version: one.version, reason: one.reason, by: one.by })}
        </Text>
      ))}
      <Modal
        opened={yanking !== null}
        onClose={() => setYanking(null)}
        title={yanking ? say('channels.yankWhich', { id: yanking.id }) : ''}
        closeButtonProps={{ 'aria-label': say('plan.close') }}
      >
        {yanking && <YankForm channel={channel} offer={yanking} done={() => setYanking(null)} />}
      </Modal>
    </Stack>
  );
}

function YankForm({
  channel,
  offer,
  done,
}: {
  readonly channel: string;
  readonly offer: Offer;
  readonly done: () => void;
}) {
  const { say } = useText();
  const client = useQueryClient();
  const [reason, setReason] = useState('');
  const [replacement, setReplacement] = useState('');
  const yank = useMutation({
    mutationFn: () =>
      channels.yank(channel, {
        plugin: offer.id,
        version: offer.version,
        reason,
        ...(replacement ? { replacement } : {}),
      }),
    onSuccess: () => {
      done();
      return client.invalidateQueries({ queryKey: ['channels'] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    yank.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label={say('channels.reason')}
          required
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <TextInput
          label={say('channels.replacement')}
          value={replacement}
          onChange={(event) => setReplacement(event.currentTarget.value)}
        />
        {yank.error && <Failure error={yank.error} />}
        <Group>
          <Button type="submit" color="red" loading={yank.isPending}>
            {say('channels.yank')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
