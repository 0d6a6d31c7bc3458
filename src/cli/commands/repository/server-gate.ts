import { LockstepError, type Problem } from '../../../failure/index.ts';
import type { Gate } from '../../../repository/index.ts';

/** As far as the gate needs the server's answer. */
interface Answer {
  readonly clean?: boolean;
  readonly errors?: number;
  readonly totals?: { readonly processes: number; readonly questions: number } | null;
  readonly error?: { readonly code: string; readonly message: string };
}

/**
 * Asks each server to plan the package over its own processes; it answers numbers only. Problems that would stop the
 * upgrade there, and questions that its people would be asked, keep the package from being promoted.
 */
export function serverGate(
  servers: readonly string[],
  token: string | undefined,
  signal: AbortSignal,
  dialect: string | null = null,
): Gate {
  return async ({ entry, readPackage }) => {
    const bytes = await readPackage();
    const asked = servers.map(async (server): Promise<Problem[]> => {
      const {
        clean,
        errors = 0,
        totals,
        error,
      } = await ask(gateOf(server, dialect), entry.filename, bytes, token, signal);
      if (clean) return [];
      const why = error
        ? error.message
        : `${errors} problem(s) and ${totals?.questions ?? 0} question(s) in ${totals?.processes ?? 0} process(es)`;
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

/** Without a dialect the server's own configuration counts [STEP-6]. */
function gateOf(server: string, dialect: string | null): URL {
  const url = new URL('api/gate', server.endsWith('/') ? server : `${server}/`);
  if (dialect !== null) url.searchParams.set('for', dialect);
  return url;
}

async function ask(
  gate: URL,
  filename: string,
  bytes: Uint8Array,
  token: string | undefined,
  signal: AbortSignal,
): Promise<Answer> {
  const form = new FormData();
  form.append('package', new Blob([Uint8Array.from(bytes)]), filename);
  const response = await fetch(gate, {
    method: 'POST',
    headers: { accept: 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) },
    body: form,
    signal,
  }).catch((cause: unknown) => {
    throw new LockstepError('server-unreachable', `The gate at ${gate.origin} does not answer. Nothing was promoted.`, {
      hint: 'Check the address and that it runs, or leave it out of --gate.',
      cause,
    });
  });
  return (await response
    .json()
    .catch(() => ({ error: { code: 'none', message: `it answers ${response.status}` } }))) as Answer;
}
