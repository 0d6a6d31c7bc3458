import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { LockstepError } from '../../../failure/index.ts';
import { findFamilies, layOutFromGit, openFamilyTree, resolveTargets } from '../../../family/index.ts';
import {
  type PhonePlugin,
  phonePluginOf,
  phonePluginOfPackage,
  phonePluginsIn,
  type RealDevice,
  readRealDevices,
} from '../../../family/index-phones.ts';
import { openChannel } from '../../../repository/index.ts';
import { type CommandInput, textOption } from '../../command.ts';

/** The plugins that a word names; of a channel only those that are wanted, since each has to be fetched. */
export async function phonePluginsOf(
  input: CommandInput,
  word: string,
  wanted: (id: string) => boolean,
): Promise<readonly PhonePlugin[]> {
  if (word.startsWith('git:')) return pluginsOfRevision(input, word.slice('git:'.length));
  const isUrl = /^[a-z][a-z0-9+.-]+:\/\//i.test(word);
  const folder = resolve(input.cwd, word);
  if (!isUrl && !existsSync(folder)) {
    throw new LockstepError('family-not-found', `${word} does not exist.`, { hint: 'Check the path.' });
  }
  if (!isUrl && !existsSync(join(folder, 'plugins.db')))
    return phonePluginsIn(folder, word) ?? pluginsOfTree(folder, word);
  const token = textOption(input, 'token') ?? input.env['LOCKSTEP_TOKEN'];
  const offer = await openChannel(isUrl ? word : folder, { token }).readOffer({ signal: input.signal });
  const entries = [...offer.index.values()].filter(({ id }) => wanted(id));
  const plugins: PhonePlugin[] = [];
  for (const entry of entries) {
    const bytes = await offer.readPackage(entry, { signal: input.signal });
    plugins.push(await phonePluginOfPackage(entry.id, bytes, entry.filename));
  }
  return plugins;
}

/** `--devices`: a file, or the address of an old server, of which nothing but GET is asked. */
export async function realDevices(input: CommandInput, word: string): Promise<readonly RealDevice[]> {
  if (!/^https?:/.test(word)) {
    const text = await readFile(resolve(input.cwd, word), 'utf8').catch((cause: Error) => {
      throw new LockstepError('file-unreadable', `${word} cannot be read: ${cause.message}`, { cause });
    });
    return readRealDevices(parsed(text, word), word);
  }
  const [devices, configs] = await Promise.all([
    answerOf(input, word, 'dev_mgr/devices'),
    answerOf(input, word, 'cfg_mgr/configs'),
  ]);
  return readRealDevices({ ...(devices as object), ...(configs as object) }, word);
}

async function answerOf(input: CommandInput, address: string, path: string): Promise<unknown> {
  const url = new URL(path, address.replace(/\/?$/, '/'));
  const token = input.env['LOCKSTEP_TOKEN'];
  const answer = await input.ports.wire
    .fetch(url, {
      headers: { accept: 'application/vnd.proformatique.provd+json', ...(token ? { 'x-auth-token': token } : {}) },
      signal: input.signal,
    })
    .catch((cause: Error) => {
      throw new LockstepError('server-unreachable', `${url} does not answer: ${cause.message}`, { cause });
    });
  const text = await answer.text();
  if (!answer.ok)
    throw new LockstepError('server-unreachable', `${url} answers ${answer.status}.`, {
      hint: 'Give the address of the old server, and its token in LOCKSTEP_TOKEN.',
    });
  return parsed(text, url.href);
}

function parsed(text: string, shown: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new LockstepError('json-not-valid', `${shown} is not JSON.`, { cause });
  }
}

async function pluginsOfRevision(input: CommandInput, revision: string): Promise<readonly PhonePlugin[]> {
  const dir = existsSync(join(input.cwd, 'plugins')) ? join(input.cwd, 'plugins') : input.cwd;
  const then = layOutFromGit(findFamilies(dir).folder, revision);
  try {
    return await pluginsOfTree(then.dir, `git:${revision}`, false);
  } finally {
    then.remove();
  }
}

async function pluginsOfTree(dir: string, shownAs: string, remember = true): Promise<readonly PhonePlugin[]> {
  const tree = await openFamilyTree({ dir, shownAs, remember });
  const { targets } = await resolveTargets(tree, (family) => tree.only === null || tree.only === family);
  return targets.map(phonePluginOf);
}
