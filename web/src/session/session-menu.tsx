import { Menu, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import IconBook from '@tabler/icons-react/icons/IconBook2';
import IconKeyboard from '@tabler/icons-react/icons/IconKeyboard';
import IconLanguage from '@tabler/icons-react/icons/IconLanguage';
import IconLogout from '@tabler/icons-react/icons/IconLogout';
import IconMoon from '@tabler/icons-react/icons/IconMoon';
import IconRoute from '@tabler/icons-react/icons/IconRoute';
import IconSun from '@tabler/icons-react/icons/IconSun';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { basePath } from '../api/base-path.ts';
import { api } from '../api/client.ts';
import type { Session } from '../api/types.ts';
import { useText } from '../text/index.tsx';
import { useTour } from '../tour/use-tour.ts';
import classes from './session-menu.module.css';
import { useSession } from './use-session.ts';

const small = { size: 15, stroke: 1.6, 'aria-hidden': true } as const;

/** Who is signed in; language, colours, keys, the description of the API, and the way out. */
export function SessionMenu({ showKeys }: { readonly showKeys: () => void }) {
  const { say, language, setLanguage } = useText();
  const { user, openid } = useSession();
  const client = useQueryClient();
  const tour = useTour();
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const other = scheme === 'dark' ? 'light' : 'dark';
  const signOut = useMutation({
    mutationFn: () => api.session.signOut(),
    onSuccess: () => {
      if (user?.elsewhere && openid) return location.assign(`${basePath}${openid.address}/end`);
      client.setQueryData<Session>(['session'], (known) => known && { ...known, user: null });
      client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
    },
  });
  if (!user) return null;
  return (
    <Menu position="top-start" width={220} transitionProps={{ duration: 0 }}>
      <Menu.Target>
        <button type="button" className={classes['who']} data-tour="who">
          <span className={classes['face']} data-letter={[...user.name][0]?.toUpperCase()} />
          <span className={classes['name']}>{user.name}</span>
        </button>
      </Menu.Target>
      <span className={classes['role']}>{say(`role.${user.role}`)}</span>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconLanguage {...small} />}
          lang={language === 'en' ? 'fr' : 'en'}
          onClick={() => setLanguage(language === 'en' ? 'fr' : 'en')}
        >
          {language === 'en' ? 'Français' : 'English'}
        </Menu.Item>
        <Menu.Item
          leftSection={other === 'dark' ? <IconMoon {...small} /> : <IconSun {...small} />}
          onClick={() => setColorScheme(other)}
        >
          {say(`app.${other}`)}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<IconKeyboard {...small} />} onClick={showKeys}>
          {say('keys.title')}
        </Menu.Item>
        <Menu.Item leftSection={<IconRoute {...small} />} onClick={tour.start}>
          {say('tour.start')}
        </Menu.Item>
        <Menu.Item leftSection={<IconBook {...small} />} renderRoot={(item) => <Link to="/help/api" {...item} />}>
          {say('app.apiDocs')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout {...small} />} onClick={() => signOut.mutate()}>
          {say('app.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
