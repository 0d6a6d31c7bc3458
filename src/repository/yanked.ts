import type { StoredContent } from './storage.ts';

/** Withdrawn versions by plugin id and version; a file beside the index, so that servers can tell their users. */
export type Yanked = Readonly<Record<string, Readonly<Record<string, YankedVersion>>>>;

export interface YankedVersion {
  readonly reason: string;
  readonly replacement: string | null;
  readonly who: string;
  /** ISO 8601. */
  readonly when: string;
  readonly filename: string;
}

/** Reads the file; none withdrawn where it is absent or damaged, and what is damaged inside is left out. */
export function parseYanked(content: StoredContent | null): Yanked {
  if (!content) return {};
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(content.bytes));
    const plugins = Object.entries(isObject(value) ? value : {}).filter(([, versions]) => isObject(versions));
    return Object.fromEntries(plugins.map(([id, versions]) => [id, readVersions(versions as object)]));
  } catch {
    return {};
  }
}

function readVersions(versions: object): Record<string, YankedVersion> {
  const read = Object.entries(versions).filter(
    ([, version]) => isObject(version) && typeof version['reason'] === 'string',
  );
  return Object.fromEntries(read) as Record<string, YankedVersion>;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
