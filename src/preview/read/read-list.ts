import { isRecord } from '../../process/index.ts';
import type { LiveClient } from './live-client.ts';
import { readAnswer } from './read-answer.ts';

/** One line of a list: what it is called there, and all else that stands in it. */
export interface ListItem {
  readonly id: string;
  readonly name: string;
  readonly more: Readonly<Record<string, unknown>>;
}

export interface List {
  readonly items: readonly ListItem[];
  /** Why it is not whole, or null. */
  readonly fault: string | null;
}

/** A path, and whether it is asked page by page. */
export interface ListPath {
  readonly path: string;
  readonly paged: boolean;
}

const rows = 500;
/** More pages than any server has; one that repeats itself for ever ends here. */
const mostPages = 10_000;

/** Reads a list from the first of several paths that knows it: older and newer servers have it in other places. */
export async function readList(client: LiveClient, paths: readonly ListPath[]): Promise<List> {
  let fault = 'no such list';
  for (const { path, paged } of paths) {
    const list = paged ? await readPages(client, path) : await readPage(client, path);
    if (list.items.length > 0 || list.fault === null) return list;
    fault = list.fault;
  }
  return { items: [], fault };
}

/** Page after page, until there is one that brings nothing new. A server that knows no pages gives all at once. */
async function readPages(client: LiveClient, path: string): Promise<List> {
  const found = new Map<string, ListItem>();
  const separator = path.includes('?') ? '&' : '?';
  let total: number | null = null;
  for (let page = 1; page <= mostPages; page++) {
    const query = `rowsPerPage=${rows}&pageNumber=${page}&orderField=name&sortType=asc`;
    const { items, fault, total: said } = await readPage(client, `${path}${separator}${query}`);
    if (fault !== null) return { items: [...found.values()], fault };
    total = said ?? total;
    const before = found.size;
    for (const item of items) found.set(item.id, item);
    if (found.size === before || (total === null ? items.length !== rows : found.size >= total)) break;
  }
  const short = total !== null && found.size < total;
  return { items: [...found.values()], fault: short ? `it says ${total}, and ${found.size} came` : null };
}

async function readPage(client: LiveClient, path: string): Promise<List & { readonly total: number | null }> {
  const answer = await client.get(path);
  const { value, fault } = readAnswer(answer);
  if (fault !== null) return { items: [], fault, total: null };
  const lines = linesOf(value);
  if (!lines) return { items: [], fault: 'it answers, and not with a list', total: null };
  const items = lines.flatMap((line) => {
    if (!isRecord(line)) return [];
    const { id, name, ...more } = line;
    if (typeof name !== 'string' || (typeof id !== 'string' && typeof id !== 'number')) return [];
    return [{ id: String(id), name, more }];
  });
  const fewer =
    items.length < lines.length ? `${lines.length - items.length} of its lines have no id or no name` : null;
  const said = isRecord(value) ? value['totalRecords'] : null;
  return { items, fault: fewer, total: answer.total ?? (typeof said === 'number' ? said : null) };
}

/** A list is a list, or stands in an object under one of these names. */
function linesOf(value: unknown): readonly unknown[] | null {
  if (Array.isArray(value)) return value;
  if (!isRecord(value)) return null;
  for (const key of ['records', 'items'] as const) if (Array.isArray(value[key])) return value[key];
  return null;
}
