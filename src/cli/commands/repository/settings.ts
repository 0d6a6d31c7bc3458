import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { LockstepError } from '../../../failure/index.ts';
import { openRepository, openStorage, type Repository, type RepositoryStorage } from '../../../repository/index.ts';
import { type DialectName, dialectNamed } from '../../../upgrade/index.ts';
import { type CommandInput, textOption } from '../../command.ts';

export const configName = 'lockstep.config.json';

export interface RepositorySettings {
  readonly repository: string | undefined;
  readonly channel: string | undefined;
  readonly token: string | undefined;
  readonly keys: string | null;
  /** What everybody may read tells who published and why. */
  readonly publicHistory: boolean;
  /** Folder against which a relative repository counts. */
  readonly base: string;
}

interface ConfigFile {
  readonly repository?: string;
  readonly channel?: string;
  readonly token?: string;
  readonly keys?: string;
  readonly publicHistory?: boolean;
  /** The server that the tree's plugins are written for [STEP-6]. */
  readonly dialect?: string;
}

/**
 * Where to publish, from the options, else the environment (`LOCKSTEP_REPOSITORY`, `LOCKSTEP_TOKEN`, `LOCKSTEP_KEYS`),
 * else the nearest `lockstep.config.json` at or above `from`. A relative folder in that file counts from the file.
 */
export async function repositorySettings(input: CommandInput, from = input.cwd): Promise<RepositorySettings> {
  const file = findConfig(from) ?? findConfig(input.cwd);
  const config = file ? await readConfig(file) : {};
  const given = textOption(input, 'to') ?? textOption(input, 'repository') ?? input.env['LOCKSTEP_REPOSITORY'];
  const keys = textOption(input, 'keys') ?? input.env['LOCKSTEP_KEYS'];
  const base = given === undefined && file ? dirname(file) : input.cwd;
  return {
    repository: given ?? config.repository,
    channel: textOption(input, 'channel') ?? config.channel,
    token: input.env['LOCKSTEP_TOKEN'] ?? config.token,
    keys: keys ? resolve(input.cwd, keys) : config.keys && file ? resolve(dirname(file), config.keys) : null,
    publicHistory: config.publicHistory ?? false,
    base,
  };
}

/** [STEP-6] The server that is meant: `--for`, else `dialect` of the nearest `lockstep.config.json`; null: nobody says. */
export async function chosenDialect(input: CommandInput, from = input.cwd): Promise<DialectName | null> {
  const name = textOption(input, 'for');
  if (name !== undefined) return dialectNamed(name).name;
  return (await configuredDialect(from)) ?? configuredDialect(input.cwd);
}

/** What the nearest `lockstep.config.json` at or above a folder says. */
export async function configuredDialect(from: string): Promise<DialectName | null> {
  const file = findConfig(from);
  const name = file ? (await readConfig(file)).dialect : undefined;
  return name === undefined ? null : dialectNamed(name).name;
}

/** Runs with the repository that the command line means, and closes it. */
export async function withRepository<T>(
  settings: RepositorySettings,
  work: (repository: Repository) => Promise<T>,
): Promise<T> {
  const { token, keys, publicHistory, base } = settings;
  const repository = await openRepository(addressOf(settings), { token, keys, publicHistory, cwd: base });
  try {
    return await work(repository);
  } finally {
    repository.close();
  }
}

/** The files of a repository that this machine keeps itself. */
export function storageOf(settings: RepositorySettings): Promise<RepositoryStorage> {
  return openStorage(addressOf(settings), { cwd: settings.base });
}

function addressOf({ repository }: RepositorySettings): string {
  if (repository !== undefined) return repository;
  throw new LockstepError('usage', 'No repository is named.', {
    hint: `Give --repository (a folder, http(s)://server or s3://bucket/prefix), LOCKSTEP_REPOSITORY, or "repository" in ${configName}.`,
  });
}

function findConfig(from: string): string | null {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    const file = join(folder, configName);
    if (existsSync(file)) return file;
    if (dirname(folder) === folder) return null;
  }
}

async function readConfig(file: string): Promise<ConfigFile> {
  const text = await readFile(file, 'utf8');
  try {
    const value = JSON.parse(text);
    const known = ['repository', 'channel', 'token', 'keys', 'dialect'].filter((key) => value[key] !== undefined);
    const wrong = known.find((key) => typeof value[key] !== 'string');
    if (wrong) throw new Error(`"${wrong}" is not a text`);
    if (typeof (value.publicHistory ?? false) !== 'boolean')
      throw new Error('"publicHistory" is neither true nor false');
    return value;
  } catch (cause) {
    throw new LockstepError('json-not-valid', `${file}: ${(cause as Error).message}.`, {
      hint: 'It holds an object such as {"repository": "/srv/channels", "channel": "testing"}.',
      cause,
    });
  }
}
