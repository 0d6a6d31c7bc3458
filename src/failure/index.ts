export { catalogue, type ErrorCode } from './catalogue.ts';
export { hidePasswords } from './hide-passwords.ts';
export { type ErrorDetails, formatError, LockstepError } from './lockstep-error.ts';
export { formatPlace, type Place } from './place.ts';
export { formatProblem, type Problem, problemOf, type Severity } from './problem.ts';
export { readError } from './read-error.ts';
