import { ReadableStream as WebStream } from 'node:stream/web';
import type { Dispatcher } from 'undici';
import { type Proxies, proxyOf, proxyOfEnvironment } from '../../ports/index.ts';
import { redirectTarget } from './redirect-target.ts';

type Undici = typeof import('undici');

export interface FetchLimits {
  /** Milliseconds to connect and get the first header. */
  readonly answerMs: number;
  /** Milliseconds without a single byte. */
  readonly silenceMs: number;
  /** Milliseconds for everything. */
  readonly totalMs: number;
  /** Of one file; the channel sets closer ones where it knows the size. */
  readonly maxBytes: number;
  readonly redirects: number;
}

const standardFetchLimits: FetchLimits = {
  answerMs: 20_000,
  silenceMs: 30_000,
  totalMs: 600_000,
  maxBytes: 256 * 1024 * 1024,
  redirects: 5,
};

export interface ChannelFetch {
  readonly fetch: typeof fetch;
  close(): Promise<void>;
}

/**
 * A `fetch` for channels and other strangers: redirects are counted and never lead from https down to http; silent,
 * slow, endless and cut connections end with an error that says so in words. `proxies` is asked anew for each request.
 */
export function openChannelFetch(proxies: () => Proxies, given: Partial<FetchLimits> = {}): ChannelFetch {
  const limits = { ...standardFetchLimits, ...given };
  const dispatchers = new Dispatchers(proxies, limits);
  const fetching = async (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const ended = AbortSignal.timeout(limits.totalMs);
    const signal = init.signal ? AbortSignal.any([ended, init.signal]) : ended;
    const words = (error: unknown) => inWords(error, ended.aborted ? limits.totalMs : null);
    const start = new URL(input instanceof Request ? input.url : input);
    const asked = {
      method: init.method ?? 'GET',
      headers: Object.fromEntries(new Headers(init.headers)),
      body: init.body === undefined || init.body === null ? null : String(init.body),
    };
    // what is sent to one is not sent on to another
    const redirects = init.redirect === 'manual' || asked.body !== null ? null : limits.redirects;
    const answer = await follow(start, { redirects, signal, dispatchers, asked }).catch((error: unknown) => {
      throw words(error);
    });
    const bodyless = [204, 205, 304].includes(answer.statusCode);
    const body = bodyless ? null : streamOf(guarded(answer.body, limits, words));
    return new Response(body, { status: answer.statusCode, headers: plainHeaders(answer.headers) });
  };
  return { fetch: fetching as typeof fetch, close: () => dispatchers.close() };
}

/** As the global type, which is what a `Response` takes. */
function streamOf(pieces: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  return WebStream.from(pieces) as unknown as ReadableStream<Uint8Array>;
}

interface Way {
  /** How many are followed; null: they are answers like others. */
  readonly redirects: number | null;
  readonly signal: AbortSignal;
  readonly dispatchers: Dispatchers;
  readonly asked: {
    readonly method: string;
    readonly headers: Record<string, string>;
    readonly body: string | null;
  };
}

async function follow(start: URL, { redirects, signal, dispatchers, asked }: Way): Promise<Dispatcher.ResponseData> {
  // most commands open no connection
  const undici = await import('undici');
  let url = start;
  for (let hops = 0; ; hops++) {
    // a token is for the channel that it was given to
    const sent = url.origin === start.origin ? asked.headers : {};
    const answer = await undici.request(url, {
      dispatcher: dispatchers.for(url, undici),
      signal,
      method: asked.method as Dispatcher.HttpMethod,
      body: asked.body,
      headers: { 'user-agent': 'lockstep', accept: '*/*', ...sent },
    });
    const location = answer.headers['location'];
    if (redirects === null || ![301, 302, 303, 307, 308].includes(answer.statusCode) || typeof location !== 'string')
      return answer;
    answer.body.on('error', () => {});
    answer.body.destroy();
    if (hops >= redirects) throw new Error(`it redirects more than ${redirects} times`);
    url = redirectTarget(url, location);
  }
}

/** Leaving this generator early closes the connection, however much would still come. */
async function* guarded(
  body: AsyncIterable<Buffer>,
  { maxBytes }: FetchLimits,
  words: (error: unknown) => Error,
): AsyncGenerator<Uint8Array> {
  let size = 0;
  try {
    for await (const piece of body) {
      size += piece.length;
      if (size > maxBytes) throw new Error(`it sends more than ${maxBytes} bytes`);
      yield piece;
    }
  } catch (error) {
    throw words(error);
  }
}

function plainHeaders(headers: Dispatcher.ResponseData['headers']): [string, string][] {
  return Object.entries(headers).map(([name, value]) => [name, String(value)]);
}

const causes: Record<string, string> = {
  ECONNREFUSED: 'it refuses connections',
  ENOTFOUND: 'nobody knows this host',
  EAI_AGAIN: 'this host could not be looked up',
  ECONNRESET: 'it closed the connection',
  UND_ERR_SOCKET: 'it closed the connection',
  UND_ERR_CONNECT_TIMEOUT: 'it does not answer',
  UND_ERR_HEADERS_TIMEOUT: 'it does not answer',
  UND_ERR_BODY_TIMEOUT: 'it fell silent in the middle of the file',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'it closed the connection before the end of the file',
};

function inWords(error: unknown, ranOutAfter: number | null): Error {
  if (ranOutAfter !== null) return new Error(`it was not finished after ${ranOutAfter / 1000} seconds`);
  const { code, message } = error as NodeJS.ErrnoException;
  const known = causes[code ?? ''];
  return known
    ? new Error(known)
    : message === 'terminated' || message === 'other side closed'
      ? new Error('it closed the connection')
      : (error as Error);
}

class Dispatchers {
  readonly #proxies: () => Proxies;
  readonly #limits: FetchLimits;
  readonly #open = new Map<string, Dispatcher>();

  constructor(proxies: () => Proxies, limits: FetchLimits) {
    this.#proxies = proxies;
    this.#limits = limits;
  }

  for(url: URL, { Agent, ProxyAgent }: Undici): Dispatcher {
    const proxy = this.#proxyOf(url);
    const key = `${url.protocol}${proxy ?? ''}`;
    const known = this.#open.get(key);
    if (known) return known;
    const { answerMs, silenceMs } = this.#limits;
    const times = { headersTimeout: answerMs, bodyTimeout: silenceMs, connect: { timeout: answerMs } };
    const made = proxy
      ? new ProxyAgent({ uri: proxy, proxyTunnel: url.protocol === 'https:', ...times })
      : new Agent(times);
    this.#open.set(key, made);
    return made;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open.values()].map((dispatcher) => dispatcher.destroy()));
    this.#open.clear();
  }

  #proxyOf(url: URL): string | null {
    const given = this.#proxies();
    // what the settings say goes before the environment
    const own = given.http_proxy !== null || given.https_proxy !== null || given.no_proxy !== null;
    return own ? proxyOf(url, given) : proxyOfEnvironment(url, process.env);
  }
}
