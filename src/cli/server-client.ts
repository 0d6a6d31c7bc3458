import { LockstepError } from '../failure/index.ts';
import type { CommandInput } from './command.ts';

interface ServerAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Sends one request to a server's API, wherever that is. */
export type Transport = (method: string, path: string, body: unknown) => Promise<ServerAnswer>;

/** An operation as the API shows it, as far as the command line needs it. */
interface OperationView {
  readonly id: string;
  readonly label: string;
  readonly state: 'waiting' | 'progress' | 'success' | 'fail';
  readonly current: number | null;
  readonly end: number | null;
  readonly sub: readonly { label: string; state: string; current: number | null; end: number | null }[];
  readonly reason: { readonly code: string; readonly message: string; readonly hint: string | null } | null;
  readonly result: unknown;
}

/** A server's API for commands and the shell; errors of the server are thrown as they are. */
export class ServerClient {
  readonly #send: Transport;
  readonly #onProgress: (label: string, done: number, total: number | null) => void;

  constructor(send: Transport, onProgress: (label: string, done: number, total: number | null) => void = () => {}) {
    this.#send = send;
    this.#onProgress = onProgress;
  }

  get<T>(path: string): Promise<T> {
    return this.ask<T>('GET', path);
  }

  async ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    const { status, body: answer } = await this.#send(method, path, body);
    if (status < 400) return answer as T;
    throw errorOf(path, status, answer);
  }

  /** Starts long work, shows how far it is, and answers its result; its failure is thrown. */
  async perform(method: string, path: string, body?: unknown): Promise<unknown> {
    return this.follow(await this.ask<OperationView>(method, path, body));
  }

  async follow(started: OperationView): Promise<unknown> {
    let operation = started;
    while (operation.state === 'waiting' || operation.state === 'progress') {
      this.#show(operation);
      operation = await this.get<OperationView>(`/api/operations/${operation.id}?wait=0.3`);
    }
    this.#show(operation);
    if (operation.state === 'success') return operation.result;
    const { code = 'internal', message = 'It failed.', hint = null } = operation.reason ?? {};
    throw new LockstepError(code as 'internal', message, hint === null ? {} : { hint });
  }

  #show({ label, current, end, sub }: OperationView): void {
    const part = sub.find(({ state }) => state === 'progress');
    if (part?.current != null) this.#onProgress(`${label}: ${part.label}`, part.current, part.end);
    else if (current !== null) this.#onProgress(label, current, end);
  }
}

function errorOf(path: string, status: number, answer: unknown): LockstepError {
  const error = (answer as { error?: { code: string; message: string; hint?: string; data?: object } } | null)?.error;
  if (!error)
    return new LockstepError('server-unreachable', `${path} answers ${status}, not as a Lockstep does.`, {
      hint: 'Check the address.',
    });
  return new LockstepError(error.code as 'internal', error.message, {
    ...(error.hint !== undefined && { hint: error.hint }),
    ...(error.data && { data: error.data as Record<string, unknown> }),
  });
}

/** Over HTTP. Throws `server-unreachable`. */
export function overHttp(server: string, token: string | undefined): Transport {
  const base = baseOf(server);
  return async (method, path, body) => {
    const response = await fetchFrom(base, path, {
      method,
      headers: {
        accept: 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: readAnswer(await response.text()) };
  };
}

/** The bytes of an answer that is not JSON, as they come. */
export async function bytesOverHttp(
  server: string,
  token: string | undefined,
  path: string,
): Promise<AsyncIterable<Uint8Array>> {
  const headers = new Headers(token === undefined ? {} : { authorization: `Bearer ${token}` });
  const response = await fetchFrom(baseOf(server), path, { headers });
  if (!response.ok) throw errorOf(path, response.status, readAnswer(await response.text()));
  return response.body ?? new ReadableStream();
}

function baseOf(server: string): string {
  const base = server.endsWith('/') ? server : `${server}/`;
  if (/^https?:\/\//.test(base)) return base;
  throw new LockstepError('usage', `"${server}" is no address of a server.`, { hint: 'Write http://host:port.' });
}

function fetchFrom(base: string, path: string, init: RequestInit): Promise<Response> {
  return fetch(new URL(path.slice(1), base), init).catch((cause: unknown) => {
    throw new LockstepError('server-unreachable', `No server answers at ${base}.`, {
      hint: 'Check the address and that it runs.',
      cause,
    });
  });
}

function readAnswer(text: string): unknown {
  try {
    return text === '' ? null : JSON.parse(text);
  } catch {
    return text;
  }
}

/** Works with the server that was named (`--server`, LOCKSTEP_SERVER), else with the data folder itself, as its admin. */
export async function withServer<T>(input: CommandInput, work: (client: ServerClient) => Promise<T>): Promise<T> {
  const { options, env, terminal } = input;
  const progress = (label: string, done: number, total: number | null): void => terminal.progress(label, done, total);
  const server = (options['server'] as string | undefined) ?? env['LOCKSTEP_SERVER'];
  if (server !== undefined) {
    const token = (options['token'] as string | undefined) ?? env['LOCKSTEP_TOKEN'];
    return work(new ServerClient(overHttp(server, token), progress));
  }
  const { openLocalServer } = await import('./local-server.ts');
  const local = await openLocalServer(input);
  try {
    return await work(new ServerClient(local.transport, progress));
  } finally {
    await local.close();
  }
}
