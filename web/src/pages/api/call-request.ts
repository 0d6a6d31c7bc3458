import { basePath } from '../../api/base-path.ts';
import type { ApiCall } from './contract.ts';

/** What a person filled in to try a call. */
export interface Filled {
  readonly values: Readonly<Record<string, string>>;
  /** JSON as it was typed; null where the call takes none. */
  readonly body: string | null;
  readonly files: Readonly<Record<string, File>>;
}

export interface Asked {
  readonly address: string;
  readonly request: RequestInit;
}

/** Which kind of body a call takes. */
export function bodyType({ requestBody }: ApiCall): string | null {
  return Object.keys(requestBody?.content ?? {})[0] ?? null;
}

export function addressOf({ path, parameters = [] }: ApiCall, { values }: Filled): string {
  const query = parameters
    .filter((one) => one.in === 'query' && (values[one.name] ?? '') !== '')
    .map(({ name }) => [name, values[name] ?? '']);
  const filled = path.replace(/\{(\w+)\}/g, (mark, name: string) => encodeURIComponent(values[name] || mark));
  return `${basePath}${filled}${query.length > 0 ? `?${new URLSearchParams(query)}` : ''}`;
}

/** The call as it is sent from here, as whoever is signed in. */
export function requestOf(call: ApiCall, filled: Filled): Asked {
  const type = bodyType(call);
  const headers: Record<string, string> = { 'X-Lockstep-Page': '1' };
  let body: BodyInit | null = null;
  if (type === 'multipart/form-data') {
    const form = new FormData();
    for (const [name, file] of Object.entries(filled.files)) form.append(name, file);
    body = form;
  } else if (type === 'application/json') {
    headers['Content-Type'] = type;
    body = filled.body ?? '{}';
  } else if (type !== null) {
    headers['Content-Type'] = type;
    body = Object.values(filled.files)[0] ?? null;
  }
  return {
    address: addressOf(call, filled),
    request: { method: call.method, headers, body, credentials: 'same-origin' },
  };
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** The same for a terminal; the token is never written out. */
export function curlOf(call: ApiCall, filled: Filled): string {
  const type = bodyType(call);
  const lines = [`curl -X ${call.method} ${quoted(`${window.location.origin}${addressOf(call, filled)}`)}`];
  lines.push('-H "Authorization: Bearer $LOCKSTEP_TOKEN"');
  if (type === 'multipart/form-data')
    for (const [name, file] of Object.entries(filled.files)) lines.push(`-F ${quoted(`${name}=@${file.name}`)}`);
  else if (type === 'application/json') lines.push(`-H 'Content-Type: ${type}'`, `-d ${quoted(filled.body ?? '{}')}`);
  else if (type !== null)
    lines.push(
      `-H 'Content-Type: ${type}'`,
      `--data-binary ${quoted(`@${Object.values(filled.files)[0]?.name ?? 'FILE'}`)}`,
    );
  return lines.join(' \\\n  ');
}
