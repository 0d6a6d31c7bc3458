import { ActionIcon, Button, Menu } from '@mantine/core';
import IconDots from '@tabler/icons-react/icons/IconDots';
import type { PluginSummary } from '../../api/types.ts';
import { confirm } from '../../parts/confirm.tsx';
import { useSession } from '../../session/use-session.ts';
import { useText } from '../../text/index.tsx';
import type { PluginActing } from './use-plugin-acts.ts';

interface ActsProperties {
  readonly plugin: PluginSummary;
  readonly acts: PluginActing;
}

/** The one thing to do next, and the others behind three dots. */
export function PluginActs({ plugin, acts }: ActsProperties) {
  const { say } = useText();
  const { may } = useSession();
  if (!may('plugin-manage')) return null;
  const { id, name, installed, offered, upgradeable } = plugin;
  const uninstall = async (): Promise<void> => {
    const sure = await confirm({
      title: say('plugins.actOn', { act: say('plugins.uninstall'), id: name }),
      sentence: say('plugins.uninstallSure', { id }),
      act: say('plugins.uninstall'),
      danger: true,
    });
    if (sure) acts.start('uninstall');
  };
  const upgrade = async (): Promise<void> => {
    const sure =
      !plugin.modified ||
      (await confirm({
        title: say('plugins.actOn', { act: say('plugins.upgrade'), id: name }),
        sentence: say('plugins.replaceSure', { id }),
        act: say('plugins.upgrade'),
      }));
    if (sure) acts.start('upgrade');
  };
  const button = (what: 'install' | 'upgrade') => (
    <Button
      size="compact-sm"
      variant="default"
      aria-label={say('plugins.actOn', { act: say(`plugins.${what}`), id })}
      loading={acts.pending === what}
      onClick={() => (what === 'upgrade' ? void upgrade() : acts.start(what))}
    >
      {say(`plugins.${what}`)}
    </Button>
  );
  return (
    <>
      {installed === null && offered !== null && button('install')}
      {upgradeable && button('upgrade')}
      {(installed !== null || plugin.broken !== null) && (
        <Menu position="bottom-end" transitionProps={{ duration: 0 }}>
          <Menu.Target>
            <ActionIcon
              variant="subtle"
              color="gray"
              size={26}
              aria-label={say('plugins.more', { id })}
              loading={acts.pending === 'reload' || acts.pending === 'uninstall'}
            >
              <IconDots size={16} stroke={1.6} aria-hidden />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => acts.start('reload')}>{say('plugins.reload')}</Menu.Item>
            <Menu.Item color="red" onClick={() => void uninstall()}>
              {say('plugins.uninstallDots')}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
    </>
  );
}
