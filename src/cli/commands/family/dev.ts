import { join, relative } from 'node:path';
import { formatError, formatProblem, LockstepError } from '../../../failure/index.ts';
import { type BuiltPackage, watchTree } from '../../../family/index.ts';
import { openRepository } from '../../../repository/index.ts';
import { type CommandAction, type CommandInput, textOption } from '../../command.ts';
import { buildAndIndex } from './build.ts';
import { openOneFamily } from './open-one-family.ts';
import { installOnServer } from './server-install.ts';
import { familyArguments } from './tree-arguments.ts';

/** `dev`: until it is interrupted, every save is built, published to `dev`, and installed and reloaded on the server. */
export const dev: CommandAction = async (input) => {
  const { tree, family } = await openOneFamily(input);
  const { terminal, signal } = input;
  const dir = familyArguments(input).name === null ? family.shown : tree.folder;
  const round = async (everything: boolean): Promise<void> => {
    const build = { ...input, args: { dir, what: [family.name] } };
    const { built, unchanged, failed } = await buildAndIndex(build, [family.name]);
    for (const { problem } of failed) terminal.note(formatProblem(problem));
    await deliver(input, everything ? [...built, ...unchanged] : built, join(tree.folder, '_build', 'dev'));
  };

  let rounds = 0;
  const tellFaults = async (everything: boolean): Promise<void> => {
    try {
      await round(everything);
      rounds += 1;
    } catch (error) {
      // the next save may put it right
      if (!(error instanceof LockstepError)) throw error;
      if (!signal.aborted) terminal.note(formatError(error));
    }
  };
  await tellFaults(true);
  await watchTree({
    folders: [family.folder],
    signal,
    onReady: () => terminal.note(`Watching ${family.shown}; stop with ctrl-C.`),
    onChange: async (files) => {
      terminal.note(`changed: ${files.map((file) => relative(family.folder, file)).join(', ')}`);
      await tellFaults(false);
    },
  });
  return { value: { family: family.name, rounds }, text: `Stopped after ${rounds} rounds.` };
};

async function deliver(input: CommandInput, packages: readonly BuiltPackage[], out: string): Promise<void> {
  if (packages.length === 0) return;
  const { terminal, signal, user, ports } = input;
  const url = textOption(input, 'server');
  const token = textOption(input, 'token') ?? input.env['LOCKSTEP_TOKEN'];
  const address = textOption(input, 'repository') ?? url;
  if (!address) return;
  const repository = await openRepository(address, { token, cwd: input.cwd });
  await repository.publish('dev', {
    packages: packages.map(({ filename, family, digest }) => ({
      name: filename,
      content: { file: join(out, filename) },
      family,
      digest,
    })),
    who: user,
    why: 'dev',
    replace: true,
    signal,
  });
  const ids = packages.map(({ pluginId }) => pluginId);
  terminal.note(`published to dev: ${ids.join(', ')}`);
  if (!url) return;
  await installOnServer({ url, token, signal, ports }, ids);
  terminal.note(`installed and reloaded: ${ids.join(', ')}`);
}
