import { Title } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './page-head.module.css';

interface PageHeadProperties {
  readonly title: ReactNode;
  /** Facts beside the title, as chips. */
  readonly facts?: ReactNode;
  /** What can be done here; one primary button. */
  readonly children?: ReactNode;
}

/** The head of a page: what it is, what there is of it, what can be done. */
export function PageHead({ title, facts, children }: PageHeadProperties) {
  return (
    <div className={classes['head']}>
      <Title order={1} className={classes['title'] ?? ''}>
        {title}
      </Title>
      {facts}
      <div className={classes['acts']}>{children}</div>
    </div>
  );
}
