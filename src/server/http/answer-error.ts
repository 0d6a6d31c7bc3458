import type { FastifyError } from 'fastify';
import { requestFault } from '../../api/request-fault.ts';
import { LockstepError } from '../../failure/index.ts';

/** Whatever was thrown, in our words: the HTTP border's translation of foreign errors. */
export function translateRequestError(thrown: unknown): LockstepError {
  if (thrown instanceof LockstepError) return thrown;
  const error = thrown as FastifyError;
  if (error.validation) return requestFault(error.validationContext ?? 'request', error.validation);
  const status = error.statusCode ?? 500;
  if (status === 413) {
    return new LockstepError('body-too-large', 'The request is larger than this server takes.', {
      hint: 'Send less, or raise the limit in the configuration (limits.body, limits.upload).',
    });
  }
  if (status === 415) {
    return new LockstepError('media-type-not-accepted', error.message, { hint: 'Send application/json.' });
  }
  if (status === 429) {
    return new LockstepError('too-many-requests', 'Too many requests from this address.', {
      hint: 'Wait as long as the Retry-After header says.',
    });
  }
  if (status === 404) return new LockstepError('route-not-found', 'There is nothing at this address.', {});
  if (status >= 400 && status < 500) {
    return new LockstepError('request-not-valid', error.message, { hint: 'See /api/docs for what this route takes.' });
  }
  return translateSystemError(thrown);
}

function translateSystemError(thrown: unknown): LockstepError {
  const code = (thrown as NodeJS.ErrnoException).code;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new LockstepError('disk-full', 'There is no room left on the server.', {
      hint: 'Free some space and try again; what was finished before stays.',
      cause: thrown,
    });
  }
  // the message of an unforeseen error may hold anything: it goes to the log, not to the client
  return new LockstepError('internal', 'The server made a mistake.', {
    hint: 'Its log says more under the request id.',
    cause: thrown,
  });
}
