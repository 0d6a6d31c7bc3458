import type { PlanHeader } from '../api/types.ts';
import { Dot } from './chip.tsx';
import classes from './problem-list.module.css';

const tones = { error: 'bad', warning: 'care', notice: 'active' } as const;

/** What is wrong or worth knowing, in the server's words. */
export function ProblemList({ problems }: { readonly problems: readonly PlanHeader['problems'][number][] }) {
  if (problems.length === 0) return null;
  return (
    <ul className={classes['list']}>
      {problems.map(({ code, severity, message, hint }) => (
        <li key={`${code} ${message}`} lang="en">
          <Dot tone={tones[severity]} /> <span>{hint ? `${message} → ${hint}` : message}</span>
        </li>
      ))}
    </ul>
  );
}
