import { LockstepError } from '../../failure/index.ts';
import { type Ports, system } from '../../ports/index.ts';
import type { AgentTransport } from './remote-agent-port.ts';

/** HTTP with a token; refusals of the server are thrown as they are, everything else is `server-unreachable`. */
export function httpTransport(
  server: string,
  token: string,
  { wire, random }: Pick<Ports, 'wire' | 'random'> = system,
): AgentTransport {
  const base = server.endsWith('/') ? server : `${server}/`;
  return async ({ method, path, body, answer, signal }) => {
    const response = await wire
      .fetch(new URL(path.slice(1), base), {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          'x-request-id': random.uuid(),
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: AbortSignal.any([AbortSignal.timeout(60_000), ...(signal ? [signal] : [])]),
      })
      .catch((cause: unknown) => {
        throw unreachable(`No server answers at ${base}.`, cause);
      });
    const bytes = await response.arrayBuffer().catch((cause: unknown) => {
      throw unreachable(`The answer of ${base} broke off.`, cause);
    });
    if (response.ok) {
      if (answer === 'bytes') return new Uint8Array(bytes);
      return bytes.byteLength === 0 ? undefined : JSON.parse(Buffer.from(bytes).toString('utf8'));
    }
    throw readError(response.status, Buffer.from(bytes).toString('utf8'), base);
  };
}

function readError(status: number, text: string, base: string): LockstepError {
  try {
    const { error } = JSON.parse(text) as {
      error: { code: string; message: string; hint?: string; data?: Record<string, unknown> };
    };
    // a fault of the server may pass, for instance while it restarts
    if (status >= 500 && error.code === 'internal') return unreachable(error.message);
    return new LockstepError(error.code as 'internal', error.message, {
      ...(error.hint !== undefined && { hint: error.hint }),
      ...(error.data !== undefined && { data: error.data }),
    });
  } catch {
    return unreachable(`${base} answers ${status}, not as a Lockstep does.`);
  }
}

function unreachable(message: string, cause?: unknown): LockstepError {
  return new LockstepError('server-unreachable', message, { hint: 'Check the address and that it runs.', cause });
}
