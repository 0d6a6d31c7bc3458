import { httpClient } from '../../../api/http-client.ts';
import { LockstepError, type Problem } from '../../../failure/index.ts';
import type { Gate } from '../../../repository/index.ts';
import type { DialectName } from '../../../upgrade/index.ts';

/**
 * Asks each server to plan the package over its own processes; it answers numbers only. Problems that would stop the
 * upgrade there, and questions that its people would be asked, keep the package from being promoted. Without a dialect
 * the server's own configuration counts [STEP-6].
 */
export function serverGate(
  servers: readonly string[],
  token: string | undefined,
  signal: AbortSignal,
  dialect?: DialectName,
): Gate {
  return async ({ entry, readPackage }) => {
    const files = [{ name: entry.filename, bytes: await readPackage() }];
    const asked = servers.map(async (server): Promise<Problem[]> => {
      const client = httpClient({ server, token });
      const why = await client.gate
        .passGate({ query: { for: dialect }, files, signal })
        .then(({ clean, errors, totals }) =>
          clean
            ? null
            : `${errors} problem(s) and ${totals?.questions ?? 0} question(s) in ${totals?.processes ?? 0} process(es)`,
        )
        .catch((error: unknown) => refusalOf(error, server));
      if (why === null) return [];
      return [
        {
          code: 'gate-not-passed',
          severity: 'error',
          message: `${entry.id} ${entry.version} is not clean at ${server}: ${why}.`,
          hint: 'See what it is with "lockstep plugin lint" there, and correct the upgrade file.',
        },
      ];
    });
    return (await Promise.all(asked)).flat();
  };
}

/** What a server says against it keeps the package back; where none answers, nobody knows. */
function refusalOf(error: unknown, server: string): string {
  if (!(error instanceof LockstepError)) throw error;
  if (error.code !== 'server-unreachable') return error.message.replace(/\.$/, '');
  throw new LockstepError('server-unreachable', `The gate at ${server} does not answer. Nothing was promoted.`, {
    hint: 'Check the address and that it runs, or leave it out of --gate.',
    cause: error,
  });
}
