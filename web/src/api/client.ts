import type { Client, SentFile } from '../../../src/api/client.ts';
import { clientOf } from '../../../src/api/client-of.ts';
import { addressOf, formOf } from '../../../src/api/request-parts.ts';
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

/** The server's own API, as its contract has it; what nobody filled in is not asked for. */
export const api: Client = clientOf((route, { query = {}, ...input }) => {
  const filled = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ''));
  return ask(route.method, addressOf(route, { ...input, query: filled }), {
    ...(route.files ? { form: formOf(route.files, input) } : { body: input.body }),
    signal: input.signal,
  });
});

/** Asks the server at an address below the page's own and answers its JSON, `undefined` where it has nothing to say. */
export async function ask(
  method: string,
  address: string,
  {
    body,
    form,
    signal,
  }: { readonly body?: unknown; readonly form?: FormData; readonly signal?: AbortSignal | undefined } = {},
): Promise<unknown> {
  const response = await reach(basePath + address, {
    method,
    credentials: 'same-origin',
    headers: {
      Accept: 'application/json',
      'X-Lockstep-Page': '1',
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
    },
    ...(form ? { body: form } : body !== undefined && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
  });
  const text = await response.text();
  const value: unknown = text === '' ? undefined : readJson(text);
  if (response.ok) return value;
  const error = new ApiError(
    response.status,
    ((value as { error?: object } | undefined)?.error ?? value ?? {}) as object,
  );
  if (error.code === 'not-signed-in' && address !== '/api/session') noteConnection({ session: 'ended' });
  throw error;
}

/** Files as people choose or drop them, as the API takes them. */
export function sent(files: readonly File[], field?: string): Promise<SentFile[]> {
  return Promise.all(
    files.map(async (file) => ({
      ...(field && { field }),
      name: file.name,
      bytes: new Uint8Array(await file.arrayBuffer()),
    })),
  );
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
