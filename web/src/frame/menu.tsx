import { Link, useRouterState } from '@tanstack/react-router';
import { useText } from '../text/index.tsx';
import classes from './menu.module.css';
import { type MenuEntry, menu } from './menu-entries.ts';
import { useOverview } from './use-overview.ts';

export function Menu({ onChoose }: { readonly onChoose: () => void }) {
  const { say } = useText();
  return menu.map(({ title, entries }) => (
    <div key={title} className={classes['part']}>
      {title && <div className={classes['title']}>{say(title)}</div>}
      {entries.map((entry) => (
        <Entry key={entry.to} entry={entry} onChoose={onChoose} />
      ))}
    </div>
  ));
}

function Entry({ entry, onChoose }: { readonly entry: MenuEntry; readonly onChoose: () => void }) {
  const { say, number } = useText();
  const here = useRouterState({ select: (state) => state.location.pathname });
  const overview = useOverview();
  const { icon: Icon, to, text } = entry;
  const active = to === '/' ? here === '/' : here === to || here.startsWith(`${to}/`);
  const count = overview && (entry.count?.(overview, say, number) ?? null);
  return (
    <div className={classes['place']}>
      <Link to={to} className={classes['entry']} aria-current={active ? 'page' : undefined} onClick={onChoose}>
        <Icon size={16} stroke={1.6} aria-hidden />
        <span className={classes['name']}>{say(text)}</span>
      </Link>
      {count && (
        <span className={classes['count']} data-hot={count.hot ?? false}>
          {count.text}
        </span>
      )}
    </div>
  );
}
