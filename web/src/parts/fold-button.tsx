import { Button } from '@mantine/core';
import type { ReactNode } from 'react';

interface FoldButtonProperties {
  readonly open: boolean;
  readonly setOpen: (open: boolean) => void;
  /** What it shows and of what, where the words alone do not say. */
  readonly label?: string;
  readonly children: ReactNode;
}

/** Shows more of a row below it, and hides it again. */
export function FoldButton({ open, setOpen, label, children }: FoldButtonProperties) {
  return (
    <Button size="compact-sm" variant="default" aria-expanded={open} aria-label={label} onClick={() => setOpen(!open)}>
      {children}
    </Button>
  );
}
