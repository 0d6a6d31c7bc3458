import { LockstepError } from '../../failure/index.ts';

/** The database is away, or others hold what is needed: it is worth trying again. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof LockstepError)) return /connection|terminat|timeout|ECONN|EPIPE/i.test(String(error));
  return error.code === 'database-unreachable' || error.code === 'data-busy' || error.code === 'process-edited';
}
