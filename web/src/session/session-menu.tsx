import { Button, Menu } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { session } from '../api/resources.ts';
import type { Session } from '../api/types.ts';
import { useText } from '../text/index.tsx';
import { useSession } from './use-session.ts';

export function SessionMenu() {
  const { say } = useText();
  const { user } = useSession();
  const client = useQueryClient();
  const signOut = useMutation({
    mutationFn: session.signOut,
    onSuccess: () => {
      client.setQueryData<Session>(['session'], (known) => known && { ...known, user: null });
      client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
    },
  });
  if (!user) return null;
  return (
    <Menu>
      <Menu.Target>
        <Button variant="default" size="xs">
          {user.name}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{say(`role.${user.role}`)}</Menu.Label>
        <Menu.Item onClick={() => signOut.mutate()}>{say('app.signOut')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
