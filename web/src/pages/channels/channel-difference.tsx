import { Button, Checkbox, Group, NativeSelect, Stack, Table, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { channels } from '../../api/resources.ts';
import { Failure } from '../../parts/failure.tsx';
import { Loading } from '../../parts/loading.tsx';
import { useSession } from '../../session/use-session.ts';
import { useText } from '../../text/index.tsx';

interface DifferenceProperties {
  readonly from: string;
  readonly others: readonly string[];
}

/** What two channels offer differently, and promotion of all of it or of what is ticked: the very bytes that were tested. */
export function ChannelDifference({ from, others }: DifferenceProperties) {
  const { say } = useText();
  const { may } = useSession();
  const client = useQueryClient();
  const [chosen, setChosen] = useState<string | null>(null);
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const [why, setWhy] = useState('');
  const to =
    chosen !== null && others.includes(chosen)
      ? chosen
      : (others.find((name) => name === 'stable') ?? others[0] ?? null);
  const query = useQuery({
    queryKey: ['channels', 'difference', from, to],
    queryFn: () => channels.diff(from, to ?? ''),
    enabled: to !== null,
  });
  const promote = useMutation({
    mutationFn: () => channels.promote({ from, to: to ?? '', select: [...ticked], why }),
    onSuccess: () => {
      setTicked(new Set());
      return client.invalidateQueries({ queryKey: ['channels'] });
    },
  });
  if (to === null) return <Text>{say('channels.onlyOne')}</Text>;
  if (query.error) return <Failure error={query.error} />;
  if (!query.data) return <Loading />;
  const toggle = (id: string) => {
    const next = new Set(ticked);
    if (!next.delete(id)) next.add(id);
    setTicked(next);
  };
  return (
    <Stack>
      <NativeSelect
        label={say('channels.against')}
        value={to}
        data={[...others]}
        w={240}
        onChange={(event) => setChosen(event.currentTarget.value)}
      />
      {query.data.length === 0 ? (
        <Text>{say('channels.same')}</Text>
      ) : (
        <Table.ScrollContainer minWidth={560}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{say('channels.take')}</Table.Th>
                <Table.Th>{say('plugins.plugin')}</Table.Th>
                <Table.Th>{from}</Table.Th>
                <Table.Th>{to}</Table.Th>
                <Table.Th>{say('channels.relation')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {query.data.map(({ id, left, right, relation }) => (
                <Table.Tr key={id} data-difference={id}>
                  <Table.Td>
                    <Checkbox
                      aria-label={id}
                      checked={ticked.has(id)}
                      disabled={left === null}
                      onChange={() => toggle(id)}
                    />
                  </Table.Td>
                  <Table.Td>{id}</Table.Td>
                  <Table.Td>{left ?? '–'}</Table.Td>
                  <Table.Td>{right ?? '–'}</Table.Td>
                  <Table.Td>{say(`channels.relation.${relation}`)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {may('channel-promote') && query.data.length > 0 && (
        <Group align="end">
          <TextInput
            label={say('channels.why')}
            value={why}
            onChange={(event) => setWhy(event.currentTarget.value)}
            w={320}
          />
          <Button loading={promote.isPending} onClick={() => promote.mutate()}>
            {ticked.size === 0
              ? say('channels.promoteAll', { to })
              : say('channels.promoteSome', { count: ticked.size, to })}
          </Button>
        </Group>
      )}
      {promote.error && <Failure error={promote.error} />}
    </Stack>
  );
}
