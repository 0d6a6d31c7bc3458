import { LockstepError, type Problem } from '../failure/index.ts';
import { formatCanonicalJson, parseExactJson, placeInJson } from './canonical-json.ts';
import { extraKeys, type IndexEntry, readEntry } from './index-entry.ts';

/** What a channel offers: its entries by plugin id. */
export type ChannelIndex = ReadonlyMap<string, IndexEntry>;

/** The index's name in a channel's folder. */
export const indexName = 'plugins.db';

export interface IndexReading {
  readonly index: ChannelIndex;
  readonly problems: readonly Problem[];
  /** Entries that are not valid, as they stand: whoever rewrites the index keeps them. */
  readonly unreadable: ReadonlyMap<string, unknown>;
}

/**
 * Reads an index, ours or the old builder's. An entry that is not valid becomes a problem with its place and is left
 * out; the rest works. Throws `index-not-valid` (line, column) when the text is no JSON object at all.
 */
export function parseIndex(text: string, file: string = indexName): IndexReading {
  const value = parseExactJson(text.replace(/^\uFEFF/, ''), file, 'index-not-valid');
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new LockstepError('index-not-valid', `${file} is not an index: it holds no object of plugins.`, {
      hint: 'Check that the address is that of a channel.',
      where: { file, line: 1, column: 1 },
    });
  }
  const index = new Map<string, IndexEntry>();
  const problems: Problem[] = [];
  const unreadable = new Map<string, unknown>();
  for (const [id, fields] of Object.entries(value)) {
    const { entry, problem } = readEntry(id, fields);
    if (entry) index.set(id, entry);
    else unreadable.set(id, fields);
    if (problem) problems.push(withPlace(problem, placeInJson(text, file, [id])));
  }
  return { index, problems, unreadable };
}

export interface FormatIndexOptions {
  readonly extraKeys?: boolean;
  /** Entries of others that could not be read; an entry of the index takes their place. */
  readonly unreadable?: ReadonlyMap<string, unknown>;
}

/**
 * The index as text: one line, keys sorted, ASCII, no final newline. With `extraKeys: false` these are the very bytes
 * that the old builder writes for the same packages.
 */
export function formatIndex(index: ChannelIndex | Iterable<IndexEntry>, options: FormatIndexOptions = {}): string {
  const entries = index instanceof Map ? index.values() : (index as Iterable<IndexEntry>);
  const object: Record<string, unknown> = Object.create(null);
  for (const [id, fields] of options.unreadable ?? []) object[id] = fields;
  for (const entry of entries) object[entry.id] = options.extraKeys === false ? withoutExtraKeys(entry) : entry.fields;
  return formatCanonicalJson(object);
}

function withoutExtraKeys(entry: IndexEntry): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(entry.fields).filter(([key]) => !(extraKeys as readonly string[]).includes(key)),
  );
}

function withPlace(problem: Problem, where: Problem['where']): Problem {
  return where ? { ...problem, where } : problem;
}
