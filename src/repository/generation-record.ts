import { LockstepError } from '../failure/index.ts';
import { type ChannelFiles, channelsFolder, filesOf, isChannelName } from './channel-files.ts';
import type { Generation } from './repository.ts';
import type { RepositoryStorage } from './storage.ts';

const together = 16;

/** The records of a channel, or the last of them, oldest first. */
export async function readRecords(
  storage: RepositoryStorage,
  files: ChannelFiles,
  last = Number.POSITIVE_INFINITY,
): Promise<Generation[]> {
  const all = await recordPaths(storage, files);
  const paths = all.slice(Math.max(0, all.length - last));
  const records: Generation[] = [];
  for (let at = 0; at < paths.length; at += together) {
    records.push(...(await Promise.all(paths.slice(at, at + together).map((path) => readRecord(storage, path)))));
  }
  return records;
}

/** The newest record, or null. */
export async function readLastRecord(storage: RepositoryStorage, files: ChannelFiles): Promise<Generation | null> {
  const path = (await recordPaths(storage, files)).at(-1);
  return path === undefined ? null : readRecord(storage, path);
}

/** Of a generation whose record with names is not here, what everybody may read. */
async function recordPaths(storage: RepositoryStorage, files: ChannelFiles): Promise<string[]> {
  const byName = new Map<string, string>();
  for (const folder of [files.history, files.records]) {
    for (const { path } of await storage.list(folder)) {
      const name = path.slice(folder.length);
      if (/^\d{8}\.json$/.test(name)) byName.set(name, path);
    }
  }
  return [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => path);
}

/** What everybody may know of a generation: not who made it, nor why. */
export function withoutNames(record: Generation): Generation {
  return { ...record, who: '', why: null };
}

async function readRecord(storage: RepositoryStorage, path: string): Promise<Generation> {
  const content = await storage.read(path);
  return parseRecord(content?.bytes ?? new Uint8Array(), path);
}

export function parseRecord(bytes: Uint8Array, file: string): Generation {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as Generation;
  } catch (cause) {
    throw new LockstepError('index-not-valid', `${file} is not a record of a generation.`, {
      hint: 'Put the file back from a copy, or remove it: the offer itself is not concerned.',
      cause,
    });
  }
}

/** The channels whose records for everybody tell names, as older versions wrote them. */
export async function namesInHistory(storage: RepositoryStorage): Promise<string[]> {
  const channels: string[] = [];
  for (const channel of (await storage.listFolders(channelsFolder)).filter(isChannelName)) {
    const { history } = filesOf(channel);
    // records are written for ever and in order: the oldest tells how it began
    const [first] = (await storage.list(history)).map(({ path }) => path).filter((path) => /\/\d{8}\.json$/.test(path));
    if (first !== undefined && (await readRecord(storage, first)).who !== '') channels.push(channel);
  }
  return channels;
}
