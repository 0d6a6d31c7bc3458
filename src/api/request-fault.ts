import { LockstepError } from '../failure/index.ts';

/** What a schema finds wrong with a value. */
export interface SchemaFault {
  readonly keyword?: string;
  readonly instancePath?: string;
  readonly message?: string;
  readonly params?: unknown;
}

/** `request-not-valid`: which part of a request has what fault, and what would have been right. */
export function requestFault(part: string, faults: readonly SchemaFault[]): LockstepError {
  const first = faults.find(({ keyword }) => keyword !== 'boolean') ?? faults[0];
  const { additionalProperties: extra, allowedValues: choices } = (first?.params ?? {}) as {
    readonly additionalProperties?: readonly string[];
    readonly allowedValues?: readonly unknown[];
  };
  const detail = extra ? `: ${extra.join(', ')}` : choices ? `: ${choices.join(', ')}` : '';
  const message = `${part}${first?.instancePath ?? ''} ${first?.message ?? 'is not valid'}${detail}.`;
  return new LockstepError('request-not-valid', message, { hint: 'See /api/docs for what this route takes.' });
}

/** `request-not-valid`: of the files that a route takes one was not sent. */
export function missingFile(
  files: readonly string[],
  sent: readonly { readonly field: string }[],
): LockstepError | null {
  const field = files.find((one) => !sent.some((file) => file.field === one));
  if (field === undefined) return null;
  return new LockstepError('request-not-valid', `The form has no file "${field}".`, {
    hint: `Send multipart/form-data with ${files.join(' and ')}.`,
  });
}
