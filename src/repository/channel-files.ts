import { LockstepError } from '../failure/index.ts';
import { endName } from './channel-end.ts';
import { indexName } from './index-file.ts';

const base = 'plugins/1';

/** The channel that keeps what left the offer of another. */
export const archiveChannel = 'archive';

/** The channel in which a version may be published again with other bytes. */
export const devChannel = 'dev';

export interface ChannelFiles {
  readonly folder: string;
  readonly index: string;
  readonly lock: string;
  readonly yanked: string;
  readonly ends: string;
  readonly history: string;
  /** Who published and why, beside the files that everybody may read. */
  readonly records: string;
  /** A change that has begun, by a mark of its own. */
  pending(mark: string): string;
  /** Names of packages that are gone, by a mark of the list. */
  cleared(mark: string): string;
  /** Where older versions put a change that has begun. */
  readonly formerPending: string;
  readonly metadata: string;
  package(filename: string): string;
  /** The record of a generation with everything. */
  record(number: number): string;
  /** The same for everybody. */
  generation(number: number): string;
  indexCopy(sha256: string): string;
}

/** Where the files of a channel lie in a repository. Throws `usage` for a name that cannot be a folder's. */
export function filesOf(channel: string): ChannelFiles {
  if (!isChannelName(channel)) {
    throw new LockstepError('usage', `"${channel}" cannot be a channel's name.`, {
      hint: 'Use letters, digits, dots, dashes and underscores, for instance "testing".',
    });
  }
  const folder = `${base}/${channel}/`;
  return {
    folder,
    index: folder + indexName,
    lock: `${folder}.lock`,
    yanked: `${folder}yanked.json`,
    ends: folder + endName,
    history: `${folder}history/`,
    records: `records/${channel}/`,
    pending: (mark) => `records/${channel}/pending/${mark}.json`,
    cleared: (mark) => `records/${channel}/cleared-${mark}.json`,
    formerPending: `${folder}history/pending.json`,
    metadata: `${folder}metadata/`,
    package: (filename) => folder + filename,
    record: (number) => `records/${channel}/${recordName(number)}`,
    generation: (number) => `${folder}history/${recordName(number)}`,
    indexCopy: (sha256) => `${folder}history/${sha256}.${indexName}`,
  };
}

function recordName(generation: number): string {
  return `${String(generation).padStart(8, '0')}.json`;
}

/** The folder that holds the channels, ending in `/`. */
export const channelsFolder = `${base}/`;

export function isChannelName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name);
}

/** True for a file name that a package has: not the index nor one of our own files beside it. */
export function isPackageName(path: string, files: ChannelFiles): boolean {
  const name = path.slice(files.folder.length);
  return (
    !name.includes('/') && name !== indexName && name !== 'yanked.json' && name !== endName && !name.startsWith('.')
  );
}
