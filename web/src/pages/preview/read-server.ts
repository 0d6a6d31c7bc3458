import { basePath } from '../../api/base-path.ts';
import { ApiError } from '../../api/client.ts';
import type { PreviewLine, PreviewReport } from '../../api/types.ts';

export interface Reading {
  readonly url: string;
  readonly token: string;
  readonly package: File;
}

export interface Read {
  readonly report: PreviewReport;
  readonly files: { readonly html: string; readonly csv: string; readonly json: string };
}

/** Has the server read another one; tells how far it is, and answers null where the answer broke off. */
export async function readServer(
  { url, token, package: file }: Reading,
  tell: (progress: { readonly done: number; readonly total: number }) => void,
  signal: AbortSignal,
): Promise<Read | null> {
  const form = new FormData();
  form.append('url', url);
  form.append('token', token);
  form.append('package', file);
  const response = await fetch(`${basePath}/api/preview`, {
    method: 'POST',
    credentials: 'same-origin',
    headers: { 'X-Lockstep-Page': '1' },
    body: form,
    signal,
  });
  if (!response.ok || !response.body) {
    const { error = {} } = (await response.json().catch(() => ({}))) as { error?: object };
    throw new ApiError(response.status, error);
  }
  for await (const line of linesOf(response.body)) {
    const said = JSON.parse(line) as PreviewLine;
    if ('report' in said) return said;
    if ('error' in said) throw new ApiError(502, said.error);
    tell(said);
  }
  return null;
}

async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  let rest = '';
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const lines = (rest + part.value).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}
