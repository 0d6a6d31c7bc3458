import { once } from 'node:events';
import { resolve } from 'node:path';
import { LockstepError, type Problem } from '../../../failure/index.ts';
import {
  channelSigner,
  initTrust,
  rotateKeys,
  signatureProblems,
  signatureTerms,
  signChannels,
  type TrustRole,
} from '../../../repository/index.ts';
import { type CommandAction, type CommandInput, numberOption, textArgument, textOption } from '../../command.ts';
import { count, describeProblem, describeTerms, exitOfAny, showProgress } from './describe-change.ts';
import { type RepositorySettings, repositorySettings, storageOf, withRepository } from './settings.ts';

/** Serves a folder's channels until it is stopped. */
export const serve: CommandAction = async (input) => {
  const { serveRepository } = await import('../../../server/index.ts');
  const settings = await repositorySettings(input);
  const tokenFile = textOption(input, 'tokenFile');
  const server = await serveRepository({
    folder: resolve(input.cwd, textArgument(input, 'dir')),
    port: numberOption(input, 'port') ?? 8668,
    host: textOption(input, 'host') ?? '127.0.0.1',
    keys: settings.keys,
    publicHistory: settings.publicHistory || input.options['publicHistory'] === true,
    ...(tokenFile === undefined ? {} : { tokenFile: resolve(input.cwd, tokenFile) }),
  });
  input.terminal.note(
    `Serving ${server.url}plugins/1/ ${tokenFile ? 'for reading and publishing' : 'for reading'}; stop with ctrl-C.`,
  );
  if (!input.signal.aborted) await once(input.signal, 'abort');
  await server.close();
  return { value: { url: server.url }, text: 'Stopped.' };
};

export const gc: CommandAction = async (input) => {
  const settings = await repositorySettings(input);
  const keep = numberOption(input, 'keep') ?? 20;
  const dryRun = input.options['yes'] !== true;
  const reports = await withRepository(settings, async (repository) => {
    const names = settings.channel ? [settings.channel] : (await repository.listChannels()).map(({ name }) => name);
    const found = [];
    for (const name of names) {
      const request = { who: input.user, keep, dryRun, signal: input.signal, onProgress: showProgress(input) };
      found.push({ channel: name, ...(await repository.collectGarbage(name, request)) });
    }
    return found;
  });
  const lines = reports.flatMap(({ channel, removed, bytes, kept }) => [
    `${channel}: ${dryRun ? 'would remove' : 'removed'} ${count(removed.length, 'package')} (${bytes} bytes), ${kept} kept.`,
    ...removed.map(({ filename }) => `  ${filename}`),
  ]);
  return {
    value: { dryRun, channels: reports },
    text: [...lines, ...(dryRun ? ['Run it with --yes to remove them.'] : [])].join('\n'),
  };
};

export const verify: CommandAction = async (input) => {
  const settings = await repositorySettings(input);
  const reports = await withRepository(settings, async (repository) => {
    const names = settings.channel ? [settings.channel] : (await repository.listChannels()).map(({ name }) => name);
    const found = [];
    for (const name of names) {
      found.push({
        channel: name,
        ...(await repository.verify(name, { signal: input.signal, onProgress: showProgress(input) })),
      });
    }
    return found;
  });
  const lines = reports.flatMap(({ channel, checked, problems }) => [
    `${channel}: ${count(checked, 'package')} checked, ${count(problems.length, 'problem')}.`,
    ...problems.map(describeProblem),
  ]);
  // behind a server only it can tell
  const terms = /^https?:/.test(settings.repository ?? '') ? [] : await signatureTerms(await storageOf(settings));
  const ending = signatureProblems(terms);
  return {
    value: [...reports, ...(terms.length > 0 ? [{ channel: null, terms, problems: ending }] : [])],
    text: [...lines, ...(terms.length > 0 ? [describeTerms(terms), ...ending.map(describeProblem)] : [])].join('\n'),
    exitCode: [...reports.flatMap(({ problems }) => problems), ...ending].some(isBlocking) ? 1 : 0,
  };
};

function isBlocking({ code, severity }: Problem): boolean {
  return severity === 'error' || code !== 'signature-ends-soon';
}

export const keysInit: CommandAction = async (input) => {
  const settings = await repositorySettings(input);
  const sizes = {
    root: { keys: numberOption(input, 'rootKeys') ?? 1, threshold: numberOption(input, 'rootThreshold') ?? 1 },
    targets: { keys: numberOption(input, 'targetsKeys') ?? 1, threshold: numberOption(input, 'targetsThreshold') ?? 1 },
  };
  const storage = await storageOf(settings);
  const { keys } = await initTrust(storage, { keys: keysOf(settings), sizes });
  const signed = await signAll(settings, input);
  const files = keys.map(({ role, file, key }) => ({ role, file, id: key.keyID }));
  const text = [
    `${storage.address} is signed from now on; ${count(signed.length, 'channel')} signed.`,
    ...files.map(({ role, file, id }) => `  ${role.padEnd(9)}  ${id.slice(0, 16)}  ${file}`),
    'Keep the root keys away from the machine that publishes; only rotations need them.',
  ].join('\n');
  return { value: { keys: files, signed }, text };
};

export const keysRotate: CommandAction = async (input) => {
  const settings = await repositorySettings(input);
  const role = textArgument(input, 'role') as TrustRole;
  const root = await rotateKeys(await storageOf(settings), { keys: keysOf(settings), role });
  const signed = await signAll(settings, input);
  return {
    value: { root: root.signed.version, role, signed },
    text: `The role "${role}" has new keys, as root version ${root.signed.version} says; ${count(signed.length, 'channel')} signed again.`,
  };
};

export const sign: CommandAction = async (input) => {
  const settings = await repositorySettings(input);
  const signed = await signAll(settings, input);
  const terms = await signatureTerms(await storageOf(settings));
  const problems = signatureProblems(terms);
  const head = `${count(signed.length, 'channel')} signed: ${signed.join(', ')}`;
  return {
    value: { signed, terms, problems },
    text: [head, describeTerms(terms), ...problems.map(describeProblem)].join('\n'),
    ...exitOfAny(problems),
  };
};

async function signAll(settings: RepositorySettings, { user, signal }: CommandInput): Promise<string[]> {
  const storage = await storageOf(settings);
  return signChannels(storage, channelSigner({ keys: keysOf(settings) }), { who: user, signal });
}

function keysOf({ keys }: RepositorySettings): string {
  if (keys !== null) return keys;
  throw new LockstepError('usage', 'No folder of keys is named.', {
    hint: 'Give --keys DIR, LOCKSTEP_KEYS, or "keys" in lockstep.config.json.',
  });
}
