import {
  ActionIcon,
  AppShell,
  Burger,
  Group,
  NativeSelect,
  Text,
  useComputedColorScheme,
  useMantineColorScheme,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Outlet } from '@tanstack/react-router';
import { Suspense } from 'react';
import { SessionGate } from '../session/session-gate.tsx';
import { SessionMenu } from '../session/session-menu.tsx';
import { type Language, useText } from '../text/index.tsx';
import { Loading } from './loading.tsx';
import { Menu } from './menu.tsx';
import { ServerGone } from './server-gone.tsx';
import classes from './shell.module.css';

export function Shell() {
  const { say, language, setLanguage } = useText();
  const [opened, { toggle, close }] = useDisclosure(false);
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const other = scheme === 'dark' ? 'light' : 'dark';
  return (
    <SessionGate>
      <a href="#content" className={classes['skip']}>
        {say('app.skip')}
      </a>
      <AppShell
        header={{ height: 56 }}
        navbar={{ width: 230, breakpoint: 'sm', collapsed: { mobile: !opened } }}
        padding="md"
      >
        <AppShell.Header>
          <Group h="100%" px="md" justify="space-between" wrap="nowrap">
            <Group gap="sm" wrap="nowrap">
              <Burger opened={opened} onClick={toggle} hiddenFrom="sm" size="sm" aria-label={say('app.openMenu')} />
              <img src="/lockstep.svg" alt="" width={28} height={28} />
              <Text fw={700} visibleFrom="xs">
                {say('app.name')}
              </Text>
            </Group>
            <Group gap="xs" wrap="nowrap">
              <NativeSelect
                aria-label={say('app.language')}
                size="xs"
                value={language}
                data={[
                  { value: 'en', label: 'English' },
                  { value: 'fr', label: 'Français' },
                ]}
                onChange={(event) => setLanguage(event.currentTarget.value as Language)}
              />
              <ActionIcon
                variant="default"
                size={30}
                aria-label={say(`app.${other}`)}
                onClick={() => setColorScheme(other)}
              >
                {scheme === 'dark' ? '☀' : '☾'}
              </ActionIcon>
              <SessionMenu />
            </Group>
          </Group>
        </AppShell.Header>
        <AppShell.Navbar p="xs" aria-label={say('app.navigation')} className={classes['navbar'] ?? ''}>
          <Menu onChoose={close} />
        </AppShell.Navbar>
        <AppShell.Main id="content" tabIndex={-1}>
          <ServerGone />
          <Suspense fallback={<Loading />}>
            <Outlet />
          </Suspense>
        </AppShell.Main>
      </AppShell>
    </SessionGate>
  );
}
