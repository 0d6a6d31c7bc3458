import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import table from './data-table.module.css';

interface RowActProperties {
  /** What it does and to what, for those who hear one button at a time. */
  readonly label: string;
  readonly loading?: boolean;
  readonly onClick: () => void;
  readonly children: ReactNode;
}

/** Takes a row's thing away, after a question. */
export function RowAct({ label, loading = false, onClick, children }: RowActProperties) {
  return (
    <span className={table['acts']}>
      <Button size="compact-sm" color="red" variant="subtle" aria-label={label} loading={loading} onClick={onClick}>
        {children}
      </Button>
    </span>
  );
}
