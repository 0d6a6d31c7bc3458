import { Button, Group, NativeSelect, Stack, Table, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api } from '../../api/client.ts';
import type { Role, User } from '../../api/types.ts';
import { Chip } from '../../parts/chip.tsx';
import { confirm } from '../../parts/confirm.tsx';
import table from '../../parts/data-table.module.css';
import { DataTable } from '../../parts/data-table.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Panel } from '../../parts/panel.tsx';
import { SecretInput } from '../../parts/secret-input.tsx';
import { useText } from '../../text/index.tsx';

const roles: readonly Role[] = ['viewer', 'process-owner', 'plugin-manager', 'admin'];

export function UsersCard() {
  const { say } = useText();
  const client = useQueryClient();
  const query = useQuery({ queryKey: ['users'], queryFn: () => api.users.listUsers() });
  const readAgain = () => client.invalidateQueries({ queryKey: ['users'] });
  const change = useMutation({
    mutationFn: ({ name, ...part }: { name: string; role?: Role; disabled?: boolean }) =>
      api.users.changeUser({ params: { name }, body: part }),
    onSettled: readAgain,
  });
  const remove = useMutation({
    mutationFn: (name: string) => api.users.deleteUser({ params: { name } }),
    onSettled: readAgain,
  });
  const ask = async (name: string): Promise<void> => {
    const sure = await confirm({
      title: say('users.removeWho', { name }),
      sentence: say('users.removeSure', { name }),
      act: say('users.remove'),
      danger: true,
    });
    if (sure) remove.mutate(name);
  };
  return (
    <Panel title={say('users.users')} fact={query.data && <Chip>{query.data.length}</Chip>}>
      {query.error && <Failure error={query.error} />}
      <DataTable
        flat
        label={say('users.users')}
        columns={[say('users.name'), say('users.role'), say('users.seen')]}
        acts={say('users.actions')}
      >
        {query.data?.map((user: User) => (
          <Table.Tr key={user.name} data-row="">
            <Table.Td fw={550}>
              <span className={table['chips']}>
                {user.name}
                {user.disabled && <Chip tone="care">{say('users.disabled')}</Chip>}
                {user.elsewhere && (
                  <Chip line>{say('users.elsewhere', { issuer: hostOf(user.elsewhere.issuer) })}</Chip>
                )}
              </span>
            </Table.Td>
            <Table.Td>
              <NativeSelect
                size="xs"
                w={220}
                aria-label={say('users.roleOf', { name: user.name })}
                value={user.role}
                disabled={user.elsewhere !== null}
                title={
                  user.elsewhere
                    ? say('users.roleFollows', { groups: user.groups.join(', ') || say('users.noGroups') })
                    : undefined
                }
                data={roles.map((role) => ({ value: role, label: say(`role.${role}`) }))}
                onChange={(event) => change.mutate({ name: user.name, role: event.currentTarget.value as Role })}
              />
            </Table.Td>
            <Table.Td data-label={say('users.seen')}>
              <Moment at={user.lastSeenAt} />
            </Table.Td>
            <Table.Td>
              <span className={table['acts']}>
                <Button
                  size="compact-sm"
                  variant="default"
                  aria-label={say(user.disabled ? 'users.enableWho' : 'users.disableWho', { name: user.name })}
                  onClick={() => change.mutate({ name: user.name, disabled: !user.disabled })}
                >
                  {say(user.disabled ? 'users.enable' : 'users.disable')}
                </Button>
                <Button
                  size="compact-sm"
                  color="red"
                  variant="subtle"
                  aria-label={say('users.removeWho', { name: user.name })}
                  onClick={() => void ask(user.name)}
                >
                  {say('users.removeDots')}
                </Button>
              </span>
            </Table.Td>
          </Table.Tr>
        ))}
      </DataTable>
      {change.error && <Failure error={change.error} />}
      {remove.error && <Failure error={remove.error} />}
      <AddUser />
    </Panel>
  );
}

function hostOf(issuer: string): string {
  return URL.parse(issuer)?.host ?? issuer;
}

function AddUser() {
  const { say } = useText();
  const client = useQueryClient();
  const [fields, setFields] = useState({ name: '', password: '', role: 'viewer' as Role });
  const add = useMutation({
    mutationFn: () =>
      api.users.createUser({
        body: { name: fields.name, role: fields.role, ...(fields.password ? { password: fields.password } : {}) },
      }),
    onSuccess: () => {
      setFields({ name: '', password: '', role: 'viewer' });
      return client.invalidateQueries({ queryKey: ['users'] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="xs" p="sm">
        <Group align="end">
          <TextInput
            label={say('users.newName')}
            required
            value={fields.name}
            onChange={(event) => setFields({ ...fields, name: event.currentTarget.value })}
          />
          <SecretInput
            label={say('users.newPassword')}
            w={280}
            minLength={10}
            autoComplete="new-password"
            value={fields.password}
            onChange={(event) => setFields({ ...fields, password: event.currentTarget.value })}
          />
          <NativeSelect
            label={say('users.role')}
            value={fields.role}
            data={roles.map((role) => ({ value: role, label: say(`role.${role}`) }))}
            onChange={(event) => setFields({ ...fields, role: event.currentTarget.value as Role })}
          />
          <Button type="submit" loading={add.isPending}>
            {say('users.add')}
          </Button>
        </Group>
        {add.error && <Failure error={add.error} />}
      </Stack>
    </form>
  );
}
