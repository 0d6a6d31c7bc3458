import { basePath } from './base-path.ts';
import { noteConnection } from './connection.ts';

/** What the server says when something cannot be done: its code, a sentence, and what to do. */
export class ApiError extends Error {
  readonly code: string;
  readonly status: number;
  readonly hint: string | undefined;
  readonly data: unknown;

  constructor(status: number, body: { code?: string; message?: string; hint?: string; data?: unknown }) {
    super(body.message ?? `The server answered ${status}.`);
    this.name = 'ApiError';
    this.status = status;
    this.code = body.code ?? 'internal';
    this.hint = body.hint;
    this.data = body.data;
  }
}

type Query = Readonly<Record<string, string | number | boolean | undefined | null>>;

interface CallOptions {
  readonly query?: Query;
  readonly body?: unknown;
  readonly form?: FormData;
  readonly signal?: AbortSignal;
}

async function call<T>(method: string, path: string, { query = {}, body, form, signal }: CallOptions = {}): Promise<T> {
  const entries = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== '');
  const search =
    entries.length === 0 ? '' : `?${new URLSearchParams(entries.map(([key, value]) => [key, String(value)]))}`;
  const response = await reach(`${basePath}/api${path}${search}`, {
    method,
    credentials: 'same-origin',
    headers: {
      Accept: 'application/json',
      'X-Lockstep-Page': '1',
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    ...(form ? { body: form } : body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal ? { signal } : {}),
  });
  const text = await response.text();
  const value: unknown = text === '' ? null : readJson(text);
  if (!response.ok) {
    const error = new ApiError(response.status, ((value as { error?: object } | null)?.error ?? value ?? {}) as object);
    if (error.code === 'not-signed-in' && path !== '/session') noteConnection({ session: 'ended' });
    throw error;
  }
  return value as T;
}

/** Answers of a proxy in front of a server that is gone. */
const nobodyThere = new Set([502, 503, 504]);

async function reach(address: string, request: RequestInit): Promise<Response> {
  try {
    const response = await fetch(address, request);
    noteConnection({ server: nobodyThere.has(response.status) ? 'gone' : 'here' });
    return response;
  } catch (error) {
    if (error instanceof TypeError) noteConnection({ server: 'gone' });
    throw error;
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return { message: text.slice(0, 500) };
  }
}

/** The server's own API; paths are below `/api`. */
export const api = {
  get: <T>(path: string, query?: Query, signal?: AbortSignal) =>
    call<T>('GET', path, { ...(query ? { query } : {}), ...(signal ? { signal } : {}) }),
  post: <T>(path: string, body: unknown = {}) => call<T>('POST', path, { body }),
  put: <T>(path: string, body: unknown) => call<T>('PUT', path, { body }),
  patch: <T>(path: string, body: unknown) => call<T>('PATCH', path, { body }),
  delete: <T>(path: string, query?: Query) => call<T>('DELETE', path, query ? { query } : {}),
  upload: <T>(path: string, form: FormData, query?: Query) =>
    call<T>('POST', path, { form, ...(query ? { query } : {}) }),
};
