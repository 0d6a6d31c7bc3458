import { mkdir, mkdtemp, open, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { LockstepError } from '../../../failure/index.ts';
import { readPackage, writeFolder } from '../../../package/index.ts';
import type { Clock } from '../../../ports/index.ts';
import { trialPlaces, tryStep } from '../../../run/index.ts';
import { type CommandAction, type CommandInput, textArgument, textOption } from '../../command.ts';
import { readPairs } from '../run/read-pairs.ts';
import { readDefinition } from './read-definition.ts';

/** `plugin try`: one step, run as an agent would; its log as it comes, then its outputs. Exit code 1 when it fails. */
export const tryPlugin: CommandAction = async (input) => {
  const { cwd, terminal, env, signal, options } = input;
  const path = textOption(input, 'plugin') ?? '.';
  const { definition, problems, files } = await readDefinition(path, cwd);
  if (!definition) {
    const fault = problems.find(({ severity }) => severity === 'error');
    throw new LockstepError('plugin-not-valid', fault?.message ?? 'There is no plugin.xml, so there are no steps.', {
      hint: fault?.hint ?? 'Stand in the folder of the plugin, or name it with --plugin.',
      ...(fault?.where ? { where: fault.where } : {}),
    });
  }
  return withHome(input, async (home) => {
    const pluginHome = files.folder ?? join(home, 'plugin');
    if (files.folder === null) await unpack(resolve(cwd, path), pluginHome);
    const ended = new AbortController();
    const told = tellLog(input.ports.clock, join(home, trialPlaces.log), ended.signal, (text) => terminal.note(text));
    const result = await tryStep({
      definition,
      pluginHome,
      home,
      stepType: textArgument(input, 'step'),
      values: readPairs(input, 'set'),
      properties: readPairs(input, 'property'),
      environment: env,
      allow: (options['environment'] as string[] | undefined) ?? [],
      signal,
    }).finally(() => ended.abort());
    await told;
    const log = await readFile(join(home, trialPlaces.log), 'utf8').catch(() => '');
    const hidden = (name: string, text: string): string => (result.secureOutputs.includes(name) ? '****' : text);
    const outputs = Object.fromEntries(
      Object.entries(result.outputs).map(([name, text]) => [name, hidden(name, text)]),
    );
    const left = result.artefacts?.map((artefact) => artefact.name) ?? [];
    const lines = [
      ...Object.entries(outputs).map(([name, text]) => `${name} = ${text}`),
      ...left.map((name) => `left ${name}`),
      result.outcome === 'success' ? 'It succeeded.' : `It failed: ${result.message ?? result.outcome}`,
    ];
    const value = { ...result, outputs, log, folder: textOption(input, 'keep') === undefined ? null : home };
    return { value, text: lines.join('\n'), exitCode: result.outcome === 'success' ? 0 : 1 };
  });
};

/** The agent's folder: one that is named stays, another goes. */
async function withHome<T>(input: CommandInput, work: (home: string) => Promise<T>): Promise<T> {
  const kept = textOption(input, 'keep');
  if (kept !== undefined) {
    const home = resolve(input.cwd, kept);
    await mkdir(home, { recursive: true });
    if ((await readdir(home)).length > 0)
      throw new LockstepError('usage', `${home} is not empty.`, {
        hint: 'Name a folder that is, or does not exist yet.',
      });
    return work(home);
  }
  const home = await mkdtemp(join(tmpdir(), 'lockstep-try-'));
  try {
    return await work(home);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

async function unpack(file: string, folder: string): Promise<void> {
  await writeFolder(await readPackage(await readFile(file), { name: file }), folder);
}

/** Tells whole lines of a growing file, until it is complete. */
async function tellLog(clock: Clock, file: string, ended: AbortSignal, tell: (text: string) => void): Promise<void> {
  let offset = 0;
  let rest = '';
  const decoder = new StringDecoder('utf8');
  for (let last = false; ; last = ended.aborted) {
    const handle = await open(file).catch(() => null);
    if (handle) {
      const { size } = await handle.stat();
      const bytes = Buffer.alloc(Math.max(0, size - offset));
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, offset);
      await handle.close();
      offset += bytesRead;
      const lines = (rest + decoder.write(bytes.subarray(0, bytesRead))).split('\n');
      rest = lines.pop()!;
      if (lines.length > 0) tell(lines.join('\n'));
    }
    if (last) break;
    await clock.wait(50, ended).catch(() => {});
  }
  if (rest !== '') tell(rest);
}
