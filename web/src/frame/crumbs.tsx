import { Link, useMatches } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useShownName } from '../parts/page-name.ts';
import { useText } from '../text/index.tsx';
import classes from './crumbs.module.css';

/** Where one is: it stands at the top, is the title of the tab, and is told to those who do not see the page change. */
export function Crumbs() {
  const { say } = useText();
  const crumbs = useMatches({ select: (matches) => matches.at(-1)?.staticData.crumbs ?? [] });
  const name = useShownName();
  const last = crumbs.at(-1);
  const title = name ?? (last ? say(last.text) : say('app.notFound'));
  const before = name === null ? crumbs.slice(0, -1) : crumbs;
  useEffect(() => {
    document.title = `${title} · ${say('app.name')}`;
  }, [title, say]);
  return (
    <>
      <nav aria-label={say('app.crumbs')} style={{ minWidth: 0 }}>
        <ol className={classes['crumbs']}>
          {before.map(({ text, to }) => (
            <li key={text}>{to ? <Link to={to}>{say(text)}</Link> : say(text)}</li>
          ))}
          <li aria-current="page">{title}</li>
        </ol>
      </nav>
      <div className="unseen" aria-live="polite">
        {title}
      </div>
    </>
  );
}
