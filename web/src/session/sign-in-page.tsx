import { Card, Center, Group, Stack, Title } from '@mantine/core';
import { basePath } from '../api/base-path.ts';
import { useText } from '../text/index.tsx';
import { SignInFailed } from './sign-in-failed.tsx';
import { SignInForm } from './sign-in-form.tsx';
import { useSession } from './use-session.ts';

export function SignInPage() {
  const { say } = useText();
  const { firstVisit } = useSession();
  return (
    <Center component="main" mih="100vh" p="md">
      <Card withBorder shadow="sm" padding="xl" w={400} maw="100%">
        <Stack>
          <Group gap="sm">
            <img src={`${basePath}/lockstep.svg`} alt="" width={36} height={36} />
            <Title order={1} size="h2">
              {say('session.title')}
            </Title>
          </Group>
          <SignInFailed />
          <SignInForm intro={firstVisit ? 'session.firstVisit' : 'session.intro'} token={firstVisit} />
        </Stack>
      </Card>
    </Center>
  );
}
