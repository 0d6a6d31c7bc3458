import { LockstepError } from '../failure/index.ts';
import type { ChannelFiles } from './channel-files.ts';
import type { Generation } from './repository.ts';
import type { RepositoryStorage } from './storage.ts';

const together = 16;

/** The records of a channel, oldest first. */
export async function readRecords(storage: RepositoryStorage, files: ChannelFiles): Promise<Generation[]> {
  const paths = await recordPaths(storage, files);
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

async function recordPaths(storage: RepositoryStorage, files: ChannelFiles): Promise<string[]> {
  const found = await storage.list(files.history);
  return found.map(({ path }) => path).filter((path) => /\/\d{8}\.json$/.test(path));
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
