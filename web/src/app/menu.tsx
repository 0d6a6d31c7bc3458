import { NavLink } from '@mantine/core';
import { Link, useRouterState } from '@tanstack/react-router';
import { type TextKey, useText } from '../text/index.tsx';

interface Entry {
  readonly text: TextKey;
  readonly to?: string;
  readonly children?: readonly Entry[];
}

const entries: readonly Entry[] = [
  { text: 'menu.start', to: '/' },
  {
    text: 'menu.configuration',
    children: [
      {
        text: 'menu.provisioning',
        children: [
          { text: 'menu.general', to: '/configuration/provisioning/general' },
          { text: 'menu.plugins', to: '/configuration/provisioning/plugins' },
        ],
      },
    ],
  },
  { text: 'menu.processes', to: '/processes' },
  { text: 'menu.upgrades', to: '/upgrades' },
  { text: 'menu.runs', to: '/runs' },
  { text: 'menu.lint', to: '/lint' },
  { text: 'menu.channels', to: '/channels' },
  { text: 'menu.activity', to: '/activity' },
  { text: 'menu.users', to: '/users' },
];

export function Menu({ onChoose }: { readonly onChoose: () => void }) {
  return entries.map((entry) => <MenuEntry key={entry.text} entry={entry} onChoose={onChoose} />);
}

function MenuEntry({ entry, onChoose }: { readonly entry: Entry; readonly onChoose: () => void }) {
  const { say } = useText();
  const here = useRouterState({ select: (state) => state.location.pathname });
  if (entry.children) {
    return (
      <NavLink component="button" label={say(entry.text)} defaultOpened>
        {entry.children.map((child) => (
          <MenuEntry key={child.text} entry={child} onChoose={onChoose} />
        ))}
      </NavLink>
    );
  }
  const to = entry.to ?? '/';
  const active = to === '/' ? here === '/' : here.startsWith(to);
  return (
    <NavLink
      label={say(entry.text)}
      active={active}
      aria-current={active ? 'page' : undefined}
      onClick={onChoose}
      renderRoot={(properties) => <Link to={to} {...properties} />}
    />
  );
}
