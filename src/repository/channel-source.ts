import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { catalogue, LockstepError } from '../failure/index.ts';

/** The files of one channel, for reading. */
export interface ChannelSource {
  /** As shown to people, without secrets; ends in `/`. */
  readonly address: string;
  /** The last part of the address. */
  readonly name: string;
  /** Null if there is no such file. Throws `channel-unreachable`, `not-signed-in`, `not-allowed`. */
  read(path: string, options?: SourceReading): Promise<Uint8Array | null>;
}

export interface SourceReading {
  readonly signal?: AbortSignal;
  /** Bytes so far and in all, null if nobody said. */
  readonly onProgress?: (done: number, total: number | null) => void;
  /** Stops with `package-damaged` beyond this many bytes. */
  readonly limit?: number;
}

export interface SourceOptions {
  readonly token?: string | undefined;
  /** For proxies and tests. */
  readonly fetch?: typeof fetch | undefined;
}

/** Opens a channel by its URL (`http://host/plugins/1/testing/`) or its folder. */
export function channelSource(target: string, options: SourceOptions = {}): ChannelSource {
  if (/^https?:\/\//.test(target)) return httpSource(target, options);
  const folder = target.replace(/^file:\/\//, '').replace(/\/+$/, '');
  return {
    address: `${folder}/`,
    name: basename(folder),
    async read(path, { onProgress } = {}) {
      try {
        const bytes = await readFile(join(folder, ...path.split('/')));
        onProgress?.(bytes.byteLength, bytes.byteLength);
        return bytes;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
        throw error;
      }
    },
  };
}

function httpSource(target: string, options: SourceOptions): ChannelSource {
  const base = new URL(target.endsWith('/') ? target : `${target}/`);
  const address = `${base.origin}${base.pathname}`;
  return {
    address,
    name: decodeURIComponent(base.pathname.split('/').at(-2) ?? ''),
    async read(path, reading = {}) {
      const url = new URL(path.split('/').map(encodeURIComponent).join('/'), base);
      const response = await request(url, options, reading);
      if (response.status === 404 || response.status === 410) {
        await response.body?.cancel();
        return null;
      }
      if (!response.ok) throw await describeRefusal(response, `${address}${path}`);
      return readBody(response, `${address}${path}`, reading);
    },
  };
}

/** One request whose failures are in our words. */
export async function request(
  url: URL,
  { token, fetch: fetching = fetch }: SourceOptions,
  init: { signal?: AbortSignal; method?: string; headers?: Record<string, string>; body?: unknown } = {},
): Promise<Response> {
  const { signal, method = 'GET', headers = {}, body } = init;
  try {
    return await fetching(url, {
      method,
      headers: { ...(token ? { 'x-auth-token': token } : {}), ...headers },
      ...(signal ? { signal } : {}),
      ...(body === undefined ? {} : { body: body as string, duplex: 'half' }),
    } as RequestInit);
  } catch (cause) {
    if (signal?.aborted) throw signal.reason;
    throw unreachable(`${url.origin}${url.pathname}`, reasonOf(cause), { cause, writes: writes(method) });
  }
}

/** The error that a status other than success means; a Lockstep server says its own code and reason. */
export async function describeRefusal(response: Response, what: string, method = 'GET'): Promise<LockstepError> {
  const said = await response.text().catch(() => '');
  const reported = parseReported(said);
  if (reported) return reported;
  if (response.status === 401) {
    return new LockstepError('not-signed-in', `${what} wants a token.`, {
      hint: 'Give it in LOCKSTEP_TOKEN or as "token" in lockstep.config.json.',
    });
  }
  if (response.status === 403) {
    return new LockstepError('not-allowed', `${what} does not accept this token.`, {
      hint: 'Ask the owner of the repository for the right to do this.',
    });
  }
  const answer = `it answered ${response.status}${said ? `: ${said.slice(0, 500)}` : ''}`;
  return unreachable(what, answer, { writes: writes(method) });
}

function parseReported(text: string): LockstepError | null {
  try {
    const { code, message, ...details } = JSON.parse(text).error;
    return code in catalogue ? new LockstepError(code, message, details) : null;
  } catch {
    return null;
  }
}

async function readBody(
  response: Response,
  what: string,
  { signal, onProgress, limit }: SourceReading,
): Promise<Uint8Array> {
  const announced = response.headers.get('content-length');
  const total = announced === null || response.headers.has('content-encoding') ? null : Number(announced);
  const chunks: Uint8Array[] = [];
  let done = 0;
  try {
    for await (const chunk of response.body ?? []) {
      chunks.push(chunk);
      done += chunk.byteLength;
      onProgress?.(done, total);
      if (limit !== undefined && done > limit) break;
    }
  } catch (cause) {
    if (signal?.aborted) throw signal.reason;
    throw unreachable(what, `the answer broke off after ${done} bytes (${reasonOf(cause)})`, { cause });
  }
  if (limit !== undefined && done > limit) {
    throw new LockstepError('package-damaged', `${what} is longer than the ${limit} bytes that were announced.`, {
      hint: 'Do not install it. Ask the owner of the channel.',
    });
  }
  return Buffer.concat(chunks);
}

function writes(method: string): boolean {
  return method !== 'GET' && method !== 'HEAD';
}

/** Of a write whose answer did not come nobody knows whether it was done. */
function unreachable(
  what: string,
  why: string,
  { cause, writes = false }: { readonly cause?: unknown; readonly writes?: boolean },
): LockstepError {
  const outcome = writes
    ? 'whether it was done there is not known: run the command again, it goes on from what is there.'
    : 'this was a read, which changes nothing.';
  return new LockstepError('channel-unreachable', `${what} cannot be reached: ${why}.`, {
    hint: `Check the address, the proxy and that the server runs; ${outcome}`,
    cause,
  });
}

function reasonOf(cause: unknown): string {
  const inner = (cause as { cause?: { code?: string; message?: string } }).cause;
  return inner?.code ?? inner?.message ?? (cause as Error).message;
}
