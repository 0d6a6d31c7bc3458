import type { Address } from './address.ts';
import type { AnyInput } from './client.ts';

/** Where a call of a route goes, from `/api` on, whoever sends it; what is no value is left out of the query. */
export function addressOf({ url }: Pick<Address, 'url'>, { params = {}, query = {} }: AnyInput): string {
  const path = url.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params[name])));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value != null) search.set(name, String(value));
  return `${path}${search.size > 0 ? `?${search}` : ''}`;
}

/** The form of a route that takes files. */
export function formOf(fields: readonly string[], input: AnyInput): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(input.fields ?? {})) if (value !== undefined) form.append(name, value);
  for (const { field = fields[0] ?? 'file', name, bytes } of input.files ?? [])
    form.append(field, new Blob([Uint8Array.from(bytes)]), name);
  return form;
}
