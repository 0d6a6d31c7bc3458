import { Button, Card, Group, NativeSelect, Stack, Table, TextInput, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { users } from '../../api/resources.ts';
import type { Role, User } from '../../api/types.ts';
import { confirm } from '../../parts/confirm.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Moment } from '../../parts/moment.tsx';
import { SecretInput } from '../../parts/secret-input.tsx';
import { useText } from '../../text/index.tsx';

const roles: readonly Role[] = ['viewer', 'process-owner', 'plugin-manager', 'admin'];

export function UsersCard() {
  const { say } = useText();
  const client = useQueryClient();
  const query = useQuery({ queryKey: ['users'], queryFn: users.list });
  const readAgain = () => client.invalidateQueries({ queryKey: ['users'] });
  const change = useMutation({
    mutationFn: ({ name, ...part }: { name: string; role?: Role; disabled?: boolean }) => users.change(name, part),
    onSettled: readAgain,
  });
  const remove = useMutation({ mutationFn: users.delete, onSettled: readAgain });
  return (
    <Card withBorder component="section" aria-labelledby="users">
      <Title order={2} size="h4" id="users" mb="sm">
        {say('users.users')}
      </Title>
      {query.error && <Failure error={query.error} />}
      <Table.ScrollContainer minWidth={640}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{say('users.name')}</Table.Th>
              <Table.Th>{say('users.role')}</Table.Th>
              <Table.Th>{say('users.seen')}</Table.Th>
              <Table.Th>{say('users.actions')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {query.data?.map((user: User) => (
              <Table.Tr key={user.name}>
                <Table.Td>{user.name}</Table.Td>
                <Table.Td>
                  <NativeSelect
                    aria-label={say('users.roleOf', { name: user.name })}
                    value={user.role}
                    data={roles.map((role) => ({ value: role, label: say(`role.${role}`) }))}
                    onChange={(event) => change.mutate({ name: user.name, role: event.currentTarget.value as Role })}
                  />
                </Table.Td>
                <Table.Td>
                  <Moment at={user.lastSeenAt} />
                </Table.Td>
                <Table.Td>
                  <Group gap="xs">
                    <Button
                      size="xs"
                      variant="default"
                      aria-label={say(user.disabled ? 'users.enableWho' : 'users.disableWho', { name: user.name })}
                      onClick={() => change.mutate({ name: user.name, disabled: !user.disabled })}
                    >
                      {say(user.disabled ? 'users.enable' : 'users.disable')}
                    </Button>
                    <Button
                      size="xs"
                      color="red"
                      variant="outline"
                      aria-label={say('users.removeWho', { name: user.name })}
                      onClick={async () => {
                        const sure = await confirm({
                          title: say('users.removeWho', { name: user.name }),
                          sentence: say('users.removeSure', { name: user.name }),
                          act: say('users.remove'),
                          danger: true,
                        });
                        if (sure) remove.mutate(user.name);
                      }}
                    >
                      {say('users.remove')}
                    </Button>
                  </Group>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {change.error && <Failure error={change.error} />}
      {remove.error && <Failure error={remove.error} />}
      <AddUser />
    </Card>
  );
}

function AddUser() {
  const { say } = useText();
  const client = useQueryClient();
  const [fields, setFields] = useState({ name: '', password: '', role: 'viewer' as Role });
  const add = useMutation({
    mutationFn: () =>
      users.create({ name: fields.name, role: fields.role, ...(fields.password ? { password: fields.password } : {}) }),
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
      <Stack gap="xs" mt="md">
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
