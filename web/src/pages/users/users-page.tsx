import { Stack, Title } from '@mantine/core';
import { useSession } from '../../session/use-session.ts';
import { useText } from '../../text/index.tsx';
import { PasswordCard } from './password-card.tsx';
import { TokensCard } from './tokens-card.tsx';
import { UsersCard } from './users-card.tsx';

/** An admin sees everybody; others see their own tokens and password. */
export default function UsersPage() {
  const { say } = useText();
  const { may } = useSession();
  const admin = may('user-manage');
  return (
    <Stack>
      <Title order={1}>{say('menu.users')}</Title>
      {admin && <UsersCard />}
      <TokensCard everyone={admin} />
      <PasswordCard />
    </Stack>
  );
}
