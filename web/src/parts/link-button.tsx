import { Button, type ButtonProps } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';

interface LinkButtonProperties extends ButtonProps {
  readonly to: string;
  readonly children: ReactNode;
  readonly 'aria-label'?: string;
  readonly 'aria-keyshortcuts'?: string;
}

/** A way to another page that looks like a button. */
export function LinkButton({ to, children, ...look }: LinkButtonProperties) {
  return (
    <Button
      size="compact-sm"
      variant="default"
      {...look}
      renderRoot={(properties) => <Link {...placeOf(to)} {...properties} />}
    >
      {children}
    </Button>
  );
}

/** A path with its search, as the router wants them apart. */
function placeOf(to: string): { readonly to: string; readonly search?: never } {
  const [path = to, search] = to.split('?');
  return { to: path, ...(search ? { search: Object.fromEntries(new URLSearchParams(search)) as never } : {}) };
}
