import { Alert, Button, Code, CopyButton, Group, NumberInput, Table, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api } from '../../api/client.ts';
import type { Token } from '../../api/types.ts';
import { Chip } from '../../parts/chip.tsx';
import { confirm } from '../../parts/confirm.tsx';
import table from '../../parts/data-table.module.css';
import { DataTable } from '../../parts/data-table.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Panel } from '../../parts/panel.tsx';
import { RowAct } from '../../parts/row-act.tsx';
import { useText } from '../../text/index.tsx';

/** A token's secret is shown once, when it is made. */
export function TokensCard({ everyone }: { readonly everyone: boolean }) {
  const { say } = useText();
  const client = useQueryClient();
  const [label, setLabel] = useState('');
  const [days, setDays] = useState<number | string>(90);
  const query = useQuery({
    queryKey: ['tokens', everyone],
    queryFn: () => api.tokens.listTokens({ query: { all: everyone } }),
  });
  const readAgain = () => client.invalidateQueries({ queryKey: ['tokens'] });
  const add = useMutation({
    mutationFn: () => api.tokens.createToken({ body: { label, days: Number(days) || 90 } }),
    onSuccess: readAgain,
  });
  const revoke = useMutation({
    mutationFn: (id: string) => api.tokens.revokeToken({ params: { id } }),
    onSettled: readAgain,
  });
  const ask = async ({ id, label: which }: Token): Promise<void> => {
    const sure = await confirm({
      title: say('tokens.revokeWhich', { label: which }),
      sentence: say('tokens.revokeSure', { label: which }),
      act: say('tokens.revoke'),
      danger: true,
    });
    if (sure) revoke.mutate(id);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate();
  };
  return (
    <Panel title={say('tokens.title')} fact={query.data && <Chip>{query.data.length}</Chip>}>
      <form onSubmit={submit}>
        <Group align="end" p="sm">
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
        <Alert m="sm" color="green" role="status" title={say('tokens.once')}>
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
      {query.data?.length === 0 && <Text p="sm">{say('tokens.none')}</Text>}
      {query.data && query.data.length > 0 && (
        <DataTable
          flat
          label={say('tokens.title')}
          columns={[say('tokens.label'), say('users.name'), say('tokens.expires'), say('tokens.used')]}
          acts={say('users.actions')}
        >
          {query.data.map((token) => (
            <Table.Tr key={token.id} data-row="">
              <Table.Td>
                <span className={table['chips']}>
                  {token.label}
                  {token.agent !== null && <Chip line>{`${say('agents.name')} ${token.agent}`}</Chip>}
                </span>
              </Table.Td>
              <Table.Td>{token.user}</Table.Td>
              <Table.Td data-label={say('tokens.expires')}>
                <Moment at={token.expiresAt} />
              </Table.Td>
              <Table.Td data-label={say('tokens.used')}>
                <Moment at={token.lastUsedAt} />
              </Table.Td>
              <Table.Td>
                <RowAct label={say('tokens.revokeWhich', { label: token.label })} onClick={() => void ask(token)}>
                  {say('tokens.revokeDots')}
                </RowAct>
              </Table.Td>
            </Table.Tr>
          ))}
        </DataTable>
      )}
      {revoke.error && <Failure error={revoke.error} />}
    </Panel>
  );
}
