import { LockstepError } from '../../../failure/index.ts';
import type { Ports } from '../../../ports/index.ts';

export interface ServerAddress {
  readonly url: string;
  readonly token?: string | undefined;
  readonly signal: AbortSignal;
  readonly ports: Pick<Ports, 'clock' | 'wire'>;
}

const mediaType = 'application/vnd.proformatique.provd+json';

/**
 * Has a server take up what its channel offers now: update its list, install or upgrade the plugin, reload it. Speaks
 * the old plugin API, so an old server understands it too. Throws `server-refused` with the server's own reason.
 */
export async function installOnServer(server: ServerAddress, pluginIds: readonly string[]): Promise<void> {
  await operate(server, 'update', {});
  const installed = await ask(server, 'GET', '/install/installed');
  const known = Object.keys(((await installed.json()) as { pkgs?: object }).pkgs ?? {});
  for (const id of pluginIds) {
    await operate(server, known.includes(id) ? 'upgrade' : 'install', { id });
    await ask(server, 'POST', '/reload', { id });
  }
}

/** Starts an operation and waits until it has ended. */
async function operate(server: ServerAddress, verb: string, body: object): Promise<void> {
  const started = await ask(server, 'POST', `/install/${verb}`, body);
  const location = started.headers.get('location');
  if (!location) return;
  const address = new URL(location, started.url);
  for (;;) {
    const answer = await request(server, address, { method: 'GET', headers: { accept: mediaType } });
    const { status = '' } = (await answer.json()) as { status?: string };
    const state = /^(?:[^|]*\|)?(waiting|progress|success|fail)/.exec(status)?.[1];
    if (state === 'success') break;
    if (state !== 'waiting' && state !== 'progress') throw refusal(server, `${verb} ended with "${status}"`);
    await server.ports.clock.wait(100, server.signal);
  }
  await request(server, address, { method: 'DELETE' }).catch(() => undefined);
}

async function ask(server: ServerAddress, method: string, path: string, body?: object): Promise<Response> {
  const address = new URL(`${server.url.replace(/\/+$/, '')}/provd/pg_mgr${path}`);
  const answer = await request(server, address, {
    method,
    headers: { accept: mediaType, ...(body ? { 'content-type': mediaType } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  if (answer.ok) return answer;
  throw refusal(server, `${method} ${path} answered ${answer.status}: ${(await answer.text()).trim()}`);
}

async function request(
  { url, token, signal, ports }: ServerAddress,
  address: URL,
  init: RequestInit,
): Promise<Response> {
  try {
    const headers = { ...init.headers, ...(token ? { 'x-auth-token': token } : {}) };
    return await ports.wire.fetch(address, { ...init, headers, signal });
  } catch (cause) {
    signal.throwIfAborted();
    throw new LockstepError('channel-unreachable', `${url} does not answer: ${reasonOf(cause)}.`, {
      hint: 'Check the address, and that the server runs.',
      cause,
    });
  }
}

function refusal({ url }: ServerAddress, why: string): LockstepError {
  return new LockstepError('server-refused', `${url}: ${why}.`, {
    hint: 'Check that its plugin server URL is the channel dev, and that the token may install plugins.',
  });
}

function reasonOf(error: unknown): string {
  const { cause, message } = error as Error;
  return cause instanceof Error ? cause.message : message;
}
