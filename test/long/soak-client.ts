import type { ServerProcess } from './server-process.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers of every route
type Body = any;

export interface AskOptions {
  /** Codes, or statuses, of refusals that belong to the load. */
  readonly allowed?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  /** Instead of the admin's. */
  readonly token?: string | null;
}

export interface SoakAnswer {
  readonly status: number;
  readonly body: Body;
  readonly headers: Headers;
}

/** Asks a server, counts what it asked, and keeps every refusal that nobody expected. */
export class SoakClient {
  readonly server: ServerProcess;
  readonly #token: string;
  requests = 0;
  /** Refusals that belong to the load, such as two people saving one process. */
  readonly explained: Record<string, number> = {};
  /** Everything else: what was asked and what came. */
  readonly unexplained: string[] = [];

  constructor(server: ServerProcess) {
    this.server = server;
    this.#token = server.token!;
  }

  /** A body that is a string goes as it is, bytes as an upload, anything else as JSON. */
  readonly ask = async (
    method: string,
    path: string,
    body?: unknown,
    options: AskOptions = {},
  ): Promise<SoakAnswer> => {
    this.requests++;
    const { allowed = [], headers = {}, token = this.#token } = options;
    try {
      const response = await fetch(new URL(path, this.server.url), {
        method,
        headers: { ...(token !== null && { authorization: `Bearer ${token}` }), ...typeOf(body), ...headers },
        ...(body !== undefined && { body: wireOf(body) }),
        signal: AbortSignal.timeout(120_000),
      });
      const answer = { status: response.status, body: read(await response.text()), headers: response.headers };
      if (response.status >= 400) {
        const code: string = answer.body?.error?.code ?? String(response.status);
        if (allowed.includes(code)) this.explained[code] = (this.explained[code] ?? 0) + 1;
        else this.note(`${method} ${path}: ${response.status} ${JSON.stringify(answer.body).slice(0, 300)}`);
      }
      return answer;
    } catch (error) {
      this.note(`${method} ${path}: ${String(error)}`);
      return { status: 0, body: null, headers: new Headers() };
    }
  };

  /** Waits for an operation; one that failed for no allowed reason is noted. */
  readonly ended = async ({ body }: SoakAnswer, allowed: readonly string[] = []): Promise<Body> => {
    const operation = body?.operation ?? body;
    if (typeof operation?.id !== 'string') return null;
    const { body: ended } = await this.ask('GET', `/api/operations/${operation.id}?wait=60`);
    const code: string | undefined = ended?.reason?.code;
    if (code !== undefined && allowed.includes(code)) this.explained[code] = (this.explained[code] ?? 0) + 1;
    else if (code !== undefined) this.note(`operation ${ended.kind} ${ended.subject}: ${JSON.stringify(ended.reason)}`);
    return ended;
  };

  note(text: string): void {
    this.unexplained.push(text);
  }
}

function typeOf(body: unknown): Record<string, string> {
  if (body === undefined || body instanceof FormData) return {};
  if (body instanceof Uint8Array) return { 'content-type': 'application/octet-stream' };
  return { 'content-type': typeof body === 'string' ? 'text/plain' : 'application/json' };
}

function wireOf(body: unknown): BodyInit {
  if (body instanceof FormData || typeof body === 'string') return body;
  return body instanceof Uint8Array ? Buffer.from(body) : JSON.stringify(body);
}

function read(text: string): Body {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
