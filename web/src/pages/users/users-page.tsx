import { Stack } from '@mantine/core';
import { PageHead } from '../../parts/page-head.tsx';
import { useSession } from '../../session/use-session.ts';
import { useText } from '../../text/index.tsx';
import { GrantsCard } from './grants-card.tsx';
import { PasswordCard } from './password-card.tsx';
import { TokensCard } from './tokens-card.tsx';
import { UsersCard } from './users-card.tsx';

/** An admin sees everybody; others see their own tokens and password. */
export default function UsersPage() {
  const { say } = useText();
  const { may, user } = useSession();
  const admin = may('user-manage');
  return (
    <Stack>
      <PageHead title={say('menu.users')} />
      {admin && <UsersCard />}
      {admin && <GrantsCard />}
      <TokensCard everyone={admin} />
      {!user?.elsewhere && <PasswordCard />}
    </Stack>
  );
}
