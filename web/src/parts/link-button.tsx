import { Button, type ButtonProps } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';

interface LinkButtonProperties extends ButtonProps {
  readonly to: string;
  readonly children: ReactNode;
  readonly 'aria-label'?: string;
}

/** A way to another page that looks like a button. */
export function LinkButton({ to, children, ...look }: LinkButtonProperties) {
  return (
    <Button size="compact-sm" variant="default" {...look} renderRoot={(properties) => <Link to={to} {...properties} />}>
      {children}
    </Button>
  );
}
