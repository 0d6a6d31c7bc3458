import {
  Alert,
  Button,
  Card,
  Code,
  CopyButton,
  Group,
  NumberInput,
  Table,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { tokens } from '../../api/resources.ts';
import { Failure } from '../../parts/failure.tsx';
import { Moment } from '../../parts/moment.tsx';
import { useText } from '../../text/index.tsx';

/** A token's secret is shown once, when it is made. */
export function TokensCard({ everyone }: { readonly everyone: boolean }) {
  const { say } = useText();
  const client = useQueryClient();
  const [label, setLabel] = useState('');
  const [days, setDays] = useState<number | string>(90);
  const query = useQuery({ queryKey: ['tokens', everyone], queryFn: () => tokens.list(everyone) });
  const readAgain = () => client.invalidateQueries({ queryKey: ['tokens'] });
  const add = useMutation({
    mutationFn: () => tokens.create({ label, days: Number(days) || 90 }),
    onSuccess: readAgain,
  });
  const revoke = useMutation({ mutationFn: tokens.revoke, onSettled: readAgain });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate();
  };
  return (
    <Card withBorder component="section" aria-labelledby="tokens">
      <Title order={2} size="h4" id="tokens" mb="sm">
        {say('tokens.title')}
      </Title>
      <form onSubmit={submit}>
        <Group align="end">
          <TextInput
            label={say('tokens.label')}
            required
            value={label}
            onChange={(event) => setLabel(event.currentTarget.value)}
          />
          <NumberInput label={say('tokens.days')} min={1} max={3650} value={days} onChange={setDays} w={120} />
          <Button type="submit" loading={add.isPending}>
            {say('tokens.add')}
          </Button>
        </Group>
      </form>
      {add.error && <Failure error={add.error} />}
      {add.data && (
        <Alert mt="sm" color="green" role="status" title={say('tokens.once')}>
          <Group>
            <Code>{add.data.secret}</Code>
            <CopyButton value={add.data.secret}>
              {({ copied, copy }) => (
                <Button size="xs" variant="default" onClick={copy}>
                  {say(copied ? 'tokens.copied' : 'tokens.copy')}
                </Button>
              )}
            </CopyButton>
          </Group>
        </Alert>
      )}
      {query.error && <Failure error={query.error} />}
      {query.data?.length === 0 && <Text mt="sm">{say('tokens.none')}</Text>}
      {query.data && query.data.length > 0 && (
        <Table.ScrollContainer minWidth={560}>
          <Table mt="sm">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{say('tokens.label')}</Table.Th>
                <Table.Th>{say('users.name')}</Table.Th>
                <Table.Th>{say('tokens.expires')}</Table.Th>
                <Table.Th>{say('tokens.used')}</Table.Th>
                <Table.Th>{say('users.actions')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {query.data.map((token) => (
                <Table.Tr key={token.id}>
                  <Table.Td>{token.label}</Table.Td>
                  <Table.Td>{token.user}</Table.Td>
                  <Table.Td>
                    <Moment at={token.expiresAt} />
                  </Table.Td>
                  <Table.Td>
                    <Moment at={token.lastUsedAt} />
                  </Table.Td>
                  <Table.Td>
                    <Button
                      size="xs"
                      color="red"
                      variant="outline"
                      aria-label={say('tokens.revokeWhich', { label: token.label })}
                      onClick={() => revoke.mutate(token.id)}
                    >
                      {say('tokens.revoke')}
                    </Button>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {revoke.error && <Failure error={revoke.error} />}
    </Card>
  );
}
