import { catalogue, type ErrorCode } from './catalogue.ts';
import { hidePasswords } from './hide-passwords.ts';
import { formatPlace, type Place } from './place.ts';

export interface ErrorDetails {
  /** What to do about it, as an imperative sentence. */
  readonly hint?: string;
  readonly where?: Place;
  readonly cause?: unknown;
  /** Values for programs; never a secret. */
  readonly data?: Readonly<Record<string, unknown>>;
}

/** The one error class. Code decides by `code`, never by text; only the CLI and the server's border print it. */
export class LockstepError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly where: Place | undefined;
  readonly data: Readonly<Record<string, unknown>> | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(hidePasswords(message), details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'LockstepError';
    this.code = code;
    this.hint = details.hint === undefined ? undefined : hidePasswords(details.hint);
    this.where = details.where;
    this.data = details.data;
  }

  get status(): number {
    return catalogue[this.code].status;
  }

  get exitCode(): number {
    return catalogue[this.code].exit;
  }

  toJSON(): Record<string, unknown> {
    return { code: this.code, message: this.message, hint: this.hint, where: this.where, data: this.data };
  }
}

/** `code: [file:line:column] message` and, on a second line, what to do. */
export function formatError(error: LockstepError): string {
  const place = error.where ? `${formatPlace(error.where)}: ` : '';
  const hint = error.hint ? `\n  → ${error.hint}` : '';
  return `${error.code}: ${place}${error.message}${hint}`;
}
