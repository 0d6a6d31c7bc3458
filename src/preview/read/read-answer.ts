import { LockstepError } from '../../failure/index.ts';
import { readWritten } from '../../process/index.ts';
import type { LiveAnswer } from './live-answer.ts';

/** An answer as a value, or why there is none. Newer servers may answer in YAML. */
export function readAnswer(answer: LiveAnswer): { readonly value: unknown; readonly fault: string | null } {
  const { status, type, text } = answer;
  if (status === 0) return { value: undefined, fault: text };
  if (status !== 200) return { value: undefined, fault: faultOf(status) };
  try {
    return { value: readWritten(text, answerName(answer)).value, fault: null };
  } catch (error) {
    if (!(error instanceof LockstepError)) throw error;
    return {
      value: undefined,
      fault: /html/.test(type) ? 'it answers with a page for people' : `its answer cannot be read: ${error.message}`,
    };
  }
}

/** By which its language is known: what a server says of its answer counts. */
export function answerName({ type }: LiveAnswer): string {
  return /yaml/.test(type) ? 'answer.yaml' : 'answer.json';
}

function faultOf(status: number): string {
  if (status === 401) return 'it asks for a sign-in (401)';
  if (status === 403) return 'the token may not read it (403)';
  if (status === 404) return 'it is not there (404)';
  return `it answers ${status}`;
}
