import type { ReactNode } from 'react';
import classes from './bleed.module.css';

/** A page that uses all of its place. */
export function Bleed({ children }: { readonly children: ReactNode }) {
  return <div className={classes['bleed']}>{children}</div>;
}
