import { catalogue, type ErrorCode } from './catalogue.ts';
import { LockstepError } from './lockstep-error.ts';
import type { Place } from './place.ts';

/**
 * An error that came over a wire or out of a database, as the error that it was: `{ error: { code, message, … } }` or
 * what stands inside. A code that this version does not know stays in the message; null where it is no error of ours.
 */
export function readError(json: unknown): LockstepError | null {
  const error = fieldsOf(fieldsOf(json)?.['error']) ?? fieldsOf(json);
  const { code, message, hint, where, data } = error ?? {};
  if (typeof code !== 'string' || typeof message !== 'string') return null;
  const details = {
    ...(typeof hint === 'string' && { hint }),
    ...(isPlace(where) && { where }),
    ...(fieldsOf(data) && { data: fieldsOf(data)! }),
  };
  return isCode(code)
    ? new LockstepError(code, message, details)
    : new LockstepError('server-refused', `${code}: ${message}`, details);
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
}

function isCode(code: string): code is ErrorCode {
  return Object.hasOwn(catalogue, code);
}

function isPlace(value: unknown): value is Place {
  const place = fieldsOf(value);
  return (
    typeof place?.['file'] === 'string' && typeof place['line'] === 'number' && typeof place['column'] === 'number'
  );
}
