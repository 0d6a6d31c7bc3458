import { AppShell, Burger } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import IconSearch from '@tabler/icons-react/icons/IconSearch';
import { Link, Outlet } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { basePath } from '../api/base-path.ts';
import { Chip } from '../parts/chip.tsx';
import { ConfirmPlace } from '../parts/confirm.tsx';
import { Loading } from '../parts/loading.tsx';
import { SessionGate } from '../session/session-gate.tsx';
import { SessionMenu } from '../session/session-menu.tsx';
import { useText } from '../text/index.tsx';
import { Crumbs } from './crumbs.tsx';
import { openHelp, openPalette, useKeys, useOpened } from './keys.ts';
import { KeysHelp } from './keys-help.tsx';
import { Menu } from './menu.tsx';
import { NewVersion } from './new-version.tsx';
import { ServerGone } from './server-gone.tsx';
import classes from './shell.module.css';
import { useOverview } from './use-overview.ts';

const Palette = lazy(() => import('./palette.tsx'));

export function Shell() {
  return (
    <SessionGate>
      <Frame />
    </SessionGate>
  );
}

function Frame() {
  const { say } = useText();
  const [opened, { toggle, close }] = useDisclosure(false);
  const shown = useOpened();
  useKeys();
  return (
    <>
      <a href="#content" className={classes['skip']}>
        {say('app.skip')}
      </a>
      <AppShell
        layout="alt"
        header={{ height: 48 }}
        navbar={{ width: 216, breakpoint: 'sm', collapsed: { mobile: !opened } }}
        padding={{ base: 'sm', sm: 24 }}
        transitionDuration={0}
      >
        <AppShell.Header className={classes['header'] ?? ''}>
          <Burger opened={opened} onClick={toggle} hiddenFrom="sm" size="sm" aria-label={say('app.openMenu')} />
          <Crumbs />
          <div className={classes['right']}>
            <button
              type="button"
              className={classes['find']}
              data-tour="find"
              onClick={openPalette}
              aria-label={say('palette.open')}
              aria-keyshortcuts={isApple ? 'Meta+K' : 'Control+K'}
              data-key={isApple ? '⌘K' : 'Ctrl K'}
            >
              <IconSearch size={16} stroke={1.6} aria-hidden />
              <span className={classes['findText']}>{say('palette.open')}</span>
            </button>
            <ChannelInUse />
          </div>
        </AppShell.Header>
        <AppShell.Navbar aria-label={say('app.navigation')} className={classes['navbar'] ?? ''}>
          <div className={classes['brand']}>
            <Burger opened={opened} onClick={toggle} hiddenFrom="sm" size="sm" aria-label={say('app.closeMenu')} />
            <img src={`${basePath}/lockstep.svg`} alt="" width={22} height={22} />
            {say('app.name')}
          </div>
          <Menu onChoose={close} />
          <div className={classes['foot']}>
            <SessionMenu showKeys={openHelp} />
          </div>
        </AppShell.Navbar>
        <AppShell.Main id="content" tabIndex={-1} className={classes['main'] ?? ''}>
          <ServerGone />
          <NewVersion />
          <Suspense fallback={<Loading />}>
            <Outlet />
          </Suspense>
        </AppShell.Main>
      </AppShell>
      <ConfirmPlace />
      <KeysHelp />
      {shown.palette && (
        <Suspense>
          <Palette />
        </Suspense>
      )}
    </>
  );
}

const isApple = /mac|iphone|ipad/i.test(navigator.userAgent);

/** Which channel plugins come from, always in sight. */
function ChannelInUse() {
  const { say } = useText();
  const overview = useOverview();
  if (!overview) return null;
  const { channel } = overview;
  return (
    <Link to="/configuration/provisioning/general" className={classes['channel']} title={channel?.url}>
      <Chip line tone={channel === null ? 'care' : channel.name === 'stable' ? 'well' : 'care'}>
        {channel === null ? say('app.noChannel') : say('app.channel', { channel: channel.name })}
      </Chip>
    </Link>
  );
}
