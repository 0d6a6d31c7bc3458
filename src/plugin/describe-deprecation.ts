import type { Deprecation } from './lifecycle.ts';

/** `"Send Fax" is deprecated since 2026-11-28: Nobody has a fax any more. Use "Send Text" instead.` */
export function describeDeprecation(what: string, { since, text, use }: Deprecation): string {
  const sentence = /[.!?]$/.test(text) ? text : `${text}.`;
  const instead = use === null ? 'Nothing replaces it.' : `Use "${use}" instead.`;
  return `${what} is deprecated since ${since}: ${sentence} ${instead}`;
}
