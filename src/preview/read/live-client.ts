import { LockstepError } from '../../failure/index.ts';
import { type Ports, system } from '../../ports/index.ts';
import { gate } from './gate.ts';
import type { KeptAnswers } from './kept-answers.ts';
import type { LiveAnswer } from './live-answer.ts';
import { attempts, mayPass, waitBefore } from './waits.ts';

export interface LiveClient {
  /** Without what follows the host and the path below which the server answers. */
  readonly base: string;
  /** How many requests went out. */
  sent(): number;
  /** `keep`: it is one of many, and need not be asked again by a reading that goes on. */
  get(path: string, options?: { readonly accept?: string; readonly keep?: boolean }): Promise<LiveAnswer>;
}

export interface LiveClientInput {
  readonly url: string;
  readonly token: string;
  readonly signal?: AbortSignal;
  readonly kept?: KeptAnswers | null;
  readonly ports?: Pick<Ports, 'clock' | 'wire'>;
}

/** Requests under way at once: a server in use is not to feel it. */
const atOnce = 4;
/** So many in a row that nobody answers, and nothing more is asked. */
const enough = 8;
const mostBytes = 64 * 1024 * 1024;
const patience = 60_000;
const mostRedirects = 5;

/**
 * Asks a server that belongs to somebody else. It reads and never writes: the one request that is made here is a GET. The
 * token goes to the host that was named and to no other, wherever an answer points.
 */
export function liveClient({ url, token, signal, kept, ports = system }: LiveClientInput): LiveClient {
  const { clock, wire } = ports;
  const now = (): number => clock.now().getTime();
  const base = baseOf(url);
  const authorization = `Basic ${Buffer.from(`PasswordIsAuthToken:${JSON.stringify({ token })}`).toString('base64')}`;
  const through = gate(atOnce);
  let sent = 0;
  let unanswered = 0;
  let notBefore = 0;

  async function get(path: string, { accept = 'application/json', keep = false } = {}): Promise<LiveAnswer> {
    const known = keep ? kept?.get(path) : undefined;
    if (known) return known;
    const answer = await through(() => insist(path, accept));
    if (keep && answer.status === 200) kept?.put(path, answer);
    return answer;
  }

  async function insist(path: string, accept: string): Promise<LiveAnswer> {
    for (let attempt = 0; ; attempt++) {
      signal?.throwIfAborted();
      if (unanswered >= enough) throw silent(base);
      const delay = notBefore - now();
      if (delay > 0) await clock.wait(delay, signal);
      const { retryAfter, ...answer } = await ask(path, accept);
      signal?.throwIfAborted();
      unanswered = answer.status === 0 && answer.text === noAnswer ? unanswered + 1 : 0;
      if (!mayPass(answer.status) || attempt + 1 >= attempts) return answer;
      const milliseconds = waitBefore(attempt, retryAfter, now());
      // who is asked to wait waits with everything
      if (retryAfter !== null) notBefore = Math.max(notBefore, now() + milliseconds);
      await clock.wait(milliseconds, signal);
    }
  }

  async function ask(path: string, accept: string): Promise<LiveAnswer & { readonly retryAfter: string | null }> {
    let address = new URL(path.slice(1), base);
    const { origin } = address;
    try {
      for (let hop = 0; hop <= mostRedirects; hop++) {
        sent++;
        const response = await wire.fetch(address, {
          method: 'GET',
          redirect: 'manual',
          headers: { accept, authorization },
          signal: signal ? AbortSignal.any([signal, AbortSignal.timeout(patience)]) : AbortSignal.timeout(patience),
        });
        const next = response.status >= 300 && response.status < 400 ? response.headers.get('location') : null;
        if (next === null) return await answerOf(response);
        await response.body?.cancel();
        address = new URL(next, address);
        if (address.origin !== origin)
          return nothing(`it points to ${address.origin}, and the token does not go there`);
      }
      return nothing('it points in circles');
    } catch (error) {
      signal?.throwIfAborted();
      return nothing((error as Error).name === 'TimeoutError' ? `no answer in ${patience / 1000} s` : noAnswer);
    }
  }

  return { base, sent: () => sent, get };
}

const noAnswer = 'nobody answers';

function nothing(text: string): LiveAnswer & { readonly retryAfter: null } {
  return { status: 0, type: '', text, total: null, retryAfter: null };
}

async function answerOf(response: Response): Promise<LiveAnswer & { readonly retryAfter: string | null }> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.length;
    // leaving the loop ends the transfer
    if (size > mostBytes) return nothing(`more than ${mostBytes / 1024 / 1024} MB came`);
    parts.push(part);
  }
  const range = /\/(\d+)\s*$/.exec(response.headers.get('content-range') ?? '');
  return {
    status: response.status,
    type: response.headers.get('content-type') ?? '',
    text: Buffer.concat(parts).toString('utf8'),
    total: range ? Number(range[1]) : null,
    retryAfter: response.headers.get('retry-after'),
  };
}

function baseOf(url: string): string {
  const base = url.endsWith('/') ? url : `${url}/`;
  if (/^https?:\/\/[^/]/.test(base) && URL.canParse(base)) {
    const { username, password, search, hash } = new URL(base);
    if (username === '' && password === '' && search === '' && hash === '') return base;
  }
  throw new LockstepError('usage', `"${url.replace(/\/\/[^/]*@/, '//***@')}" is no address of a server.`, {
    hint: 'Write https://host:port, with the path below which it answers where there is one.',
  });
}

function silent(base: string): LockstepError {
  return new LockstepError('server-unreachable', `Nobody answers at ${base} any more.`, {
    hint: 'Check the address, the certificate (NODE_EXTRA_CA_CERTS) and that it runs; then ask again: what came is kept.',
  });
}
