import type { IndexEntry } from './index-entry.ts';

/** One package that the archive keeps of a plugin. */
export interface ArchivedVersion {
  readonly version: string;
  readonly filename: string;
  readonly dsize: number;
  readonly sha1sum: string;
  readonly sha256?: string;
}

/** The entry's own package and, in an archive, those of its other versions. */
export function packagesOf(entry: IndexEntry): ArchivedVersion[] {
  const own = {
    version: entry.version,
    filename: entry.filename,
    dsize: entry.size,
    sha1sum: entry.sha1,
    ...(entry.sha256 ? { sha256: entry.sha256 } : {}),
  };
  const others = Array.isArray(entry.fields['versions']) ? (entry.fields['versions'] as ArchivedVersion[]) : [];
  return [own, ...others.filter(({ filename }) => filename !== entry.filename)];
}
