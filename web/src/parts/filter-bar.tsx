import type { ReactNode } from 'react';
import classes from './filter-bar.module.css';

/** Search and filters of a list. */
export function FilterBar({ children }: { readonly children: ReactNode }) {
  return <search className={classes['bar']}>{children}</search>;
}
