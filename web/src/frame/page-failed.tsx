import type { ErrorComponentProps } from '@tanstack/react-router';
import { Failure } from '../parts/failure.tsx';

/** A page that broke while it was drawn: the rest stays, and it can be tried again. */
export function PageFailed({ error, reset }: ErrorComponentProps) {
  return <Failure error={error} retry={reset} />;
}
