import { LockstepError } from '../../failure/index.ts';

const unreachable = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'ECONNRESET',
  'ETIMEDOUT',
  'EPIPE',
  'EHOSTUNREACH',
  'EAI_AGAIN',
]);

/** PostgreSQL's and the network's failures in our words; everything else passes as it is. */
export function translatePostgresError(thrown: unknown): unknown {
  if (thrown instanceof LockstepError || !(thrown instanceof Error)) return thrown;
  const code = String((thrown as { code?: unknown }).code ?? '');
  if (code === '53100') {
    return new LockstepError('disk-full', 'The PostgreSQL server has no space left.', {
      hint: 'Free some space on the database server and repeat the command; what was finished before stays.',
      cause: thrown,
    });
  }
  if (code === '40001' || code === '40P01' || code === '55P03' || code === '57014') {
    return new LockstepError('data-busy', 'Another server is changing the same rows.', {
      hint: 'Repeat the command.',
      cause: thrown,
    });
  }
  if (code.startsWith('28') || code === '3D000' || code === '42501') {
    return new LockstepError('data-not-readable', `PostgreSQL refuses: ${thrown.message}.`, {
      hint: 'See the user, the password and the database in the postgres:// address.',
      cause: thrown,
    });
  }
  if (
    unreachable.has(code) ||
    /^(08|57P|53)/.test(code) ||
    /Connection terminated|timeout exceeded/.test(thrown.message)
  ) {
    return new LockstepError('database-unreachable', `PostgreSQL does not answer: ${thrown.message || code}.`, {
      hint: 'See whether the server runs and the postgres:// address is right; work under way resumes afterwards.',
      cause: thrown,
    });
  }
  return thrown;
}
