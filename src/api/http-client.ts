import { LockstepError, readError } from '../failure/index.ts';
import type { Address } from './address.ts';
import type { AnyInput, Bytes, Client } from './client.ts';
import { clientOf } from './client-of.ts';
import { addressOf, formOf } from './request-parts.ts';

export interface HttpClientOptions {
  /** `https://host:port`, with the path below which it answers where there is one. */
  readonly server: string;
  readonly token?: string | undefined;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Asked instead of `fetch`. */
  readonly send?: (address: URL, init: RequestInit) => Promise<Response>;
}

/**
 * A server's API as typed calls. What the server refuses is thrown as it refused it; `server-unreachable` where nobody
 * answers or somebody else does, `usage` for an address that is none.
 */
export function httpClient({ server, token, headers, send = fetch }: HttpClientOptions): Client {
  const base = baseOf(server);
  const always = { ...headers, ...(token !== undefined && { authorization: `Bearer ${token}` }) };
  return clientOf(async (route, input) => {
    const address = new URL(addressOf(route, input).slice(1), base);
    const { body, type } = bodyOf(route, input);
    const init: RequestInit = {
      method: route.method,
      headers: { accept: route.streams ?? 'application/json', ...always, ...(type && { 'content-type': type }) },
      ...(body !== undefined && { body }),
      ...(input.signal && { signal: input.signal }),
    };
    const response = await send(address, init).catch((cause: unknown) => {
      input.signal?.throwIfAborted();
      throw new LockstepError('server-unreachable', `No server answers at ${base}.`, {
        hint: 'Check the address and that it runs.',
        cause,
      });
    });
    if (response.ok && route.streams) return bytesOf(response);
    const text = await response.text();
    if (response.ok && !route.answers) return undefined;
    const json = readJson(text);
    if (response.ok && json !== undefined) return json;
    throw (
      (response.ok ? null : readError(json)) ??
      new LockstepError('server-unreachable', `${address.href} answers ${response.status}, not as a Lockstep does.`, {
        hint: 'Check the address.',
      })
    );
  });
}

function baseOf(server: string): string {
  const base = server.endsWith('/') ? server : `${server}/`;
  if (/^https?:\/\/[^/]/.test(base) && URL.canParse(base)) return base;
  throw new LockstepError('usage', `"${server}" is no address of a server.`, { hint: 'Write http://host:port.' });
}

function bodyOf(
  route: Address,
  input: AnyInput,
): { readonly body?: NonNullable<RequestInit['body']>; readonly type?: string } {
  if (route.takes) return { body: input.content ?? new Uint8Array(), type: route.takes };
  if (route.files) return { body: formOf(route.files, input) };
  return input.body === undefined ? {} : { body: JSON.stringify(input.body), type: 'application/json' };
}

function bytesOf(response: Response): Bytes {
  return {
    text: () => response.text(),
    async *[Symbol.asyncIterator]() {
      const reader = response.body?.getReader();
      if (!reader) return;
      try {
        for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
      } finally {
        await reader.cancel();
      }
    },
  };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
