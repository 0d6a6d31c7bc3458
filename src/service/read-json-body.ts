import { LockstepError } from '../failure/index.ts';
import { deepestJson, tooDeepAt } from '../plugin/index.ts';

/** A body as a value, by the reader with the limit of depth; throws `request-not-valid`. */
export function readJsonBody(text: string): unknown {
  if (tooDeepAt(text) !== null) {
    throw new LockstepError('request-not-valid', `The JSON of this request nests deeper than ${deepestJson} levels.`, {
      hint: 'Send a flatter document.',
    });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new LockstepError('request-not-valid', `The body of this request is not JSON: ${(cause as Error).message}`, {
      hint: 'Send application/json.',
      cause,
    });
  }
}
