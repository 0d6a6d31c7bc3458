import type { Problem } from '../failure/index.ts';

/** One plugin that a channel offers, as its line in `plugins.db` says. */
export interface IndexEntry {
  readonly id: string;
  readonly version: string;
  readonly description: string;
  readonly capabilities: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Name of the package in the channel's folder; never a path. */
  readonly filename: string;
  /** Bytes of the package (`dsize`). */
  readonly size: number;
  /** Hexadecimal. */
  readonly sha1: string;
  /** Hexadecimal; null in an index written by the old builder. */
  readonly sha256: string | null;
  /** Digest of the built tree without its version, as `check` compares it; null if not recorded. */
  readonly digest: string | null;
  readonly family: string | null;
  /** The whole entry as it stands in the index, with everything that we do not know. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Keys of an entry that the old builder does not write. Old clients ignore them. */
export const extraKeys = ['sha256', 'digest', 'family', 'provenance', 'versions'] as const;

export interface EntryInput {
  readonly id: string;
  /** plugin-info as it stands. */
  readonly info: Readonly<Record<string, unknown>>;
  readonly filename: string;
  readonly size: number;
  readonly sha1: string;
  readonly sha256: string;
  readonly digest?: string | null;
  readonly family?: string | null;
  readonly provenance?: Readonly<Record<string, unknown>>;
}

/** The entry for one package: plugin-info, then what a client needs to fetch and check it, then our extra keys. */
export function describeEntry(input: EntryInput): IndexEntry {
  const fields: Record<string, unknown> = {
    ...input.info,
    filename: input.filename,
    dsize: input.size,
    sha1sum: input.sha1,
    sha256: input.sha256,
    ...(input.digest ? { digest: input.digest } : {}),
    ...(input.family ? { family: input.family } : {}),
    ...(input.provenance ? { provenance: input.provenance } : {}),
  };
  return toEntry(input.id, fields);
}

/** Reads one member of the index; a fault makes a problem and no entry. */
export function readEntry(id: string, fields: unknown): { entry: IndexEntry | null; problem: Problem | null } {
  const fault = faultOf(id, fields);
  if (fault === null) return { entry: toEntry(id, fields as Record<string, unknown>), problem: null };
  return {
    entry: null,
    problem: {
      code: 'index-entry-not-valid',
      severity: 'error',
      message: `The entry "${id}" is left out: ${fault}.`,
      hint: 'Publish this plugin again; the others are not concerned.',
    },
  };
}

/** An entry with other fields, e.g. another file name. */
export function withFields(entry: IndexEntry, fields: Readonly<Record<string, unknown>>): IndexEntry {
  return toEntry(entry.id, { ...entry.fields, ...fields });
}

/** True for a name that stays in its folder on every system and is not hidden. */
export function isPlainFileName(name: string): boolean {
  return /^[^./\\\0][^/\\\0]*$/.test(name) && name.length <= 255;
}

function toEntry(id: string, fields: Readonly<Record<string, unknown>>): IndexEntry {
  return {
    id,
    version: String(fields['version']),
    description: String(fields['description']),
    capabilities: fields['capabilities'] as IndexEntry['capabilities'],
    filename: String(fields['filename']),
    size: Number(fields['dsize']),
    sha1: String(fields['sha1sum']),
    sha256: textOrNull(fields['sha256']),
    digest: textOrNull(fields['digest']),
    family: textOrNull(fields['family']),
    fields,
  };
}

function faultOf(id: string, value: unknown): string | null {
  if (!isPlainFileName(id)) return 'its id is not a plain name';
  if (!isRecord(value)) return 'it is not an object';
  if (typeof value['version'] !== 'string' || value['version'] === '') return '"version" is not a text';
  if (typeof value['description'] !== 'string') return '"description" is not a text';
  if (!isRecord(value['capabilities']) || !Object.values(value['capabilities']).every(isRecord))
    return '"capabilities" is not an object of objects';
  if (typeof value['filename'] !== 'string' || !isPlainFileName(value['filename']))
    return '"filename" is not a plain file name';
  if (!Number.isSafeInteger(value['dsize']) || Number(value['dsize']) < 0) return '"dsize" is not a count of bytes';
  if (!isHex(value['sha1sum'], 40)) return '"sha1sum" is not 40 hexadecimal digits';
  if (value['sha256'] !== undefined && !isHex(value['sha256'], 64)) return '"sha256" is not 64 hexadecimal digits';
  return null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isHex(value: unknown, length: number): boolean {
  return typeof value === 'string' && value.length === length && /^[0-9a-f]+$/.test(value);
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
