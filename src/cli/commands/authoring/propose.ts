import { join } from 'node:path';
import { formatError, LockstepError } from '../../../failure/index.ts';
import type { PluginDefinition } from '../../../plugin/index.ts';
import { proposeUpgrade } from '../../../upgrade/index.ts';
import { type CommandAction, textArgument } from '../../command.ts';
import { refuseOtherEncodings } from './lint.ts';
import { replaceFile } from './plugin-files.ts';
import { type AuthoredPlugin, readDefinition } from './read-definition.ts';

/** `upgrade propose`: prints a complete upgrade.xml, or writes it, and lists what its author has to confirm. */
export const propose: CommandAction = async (input) => {
  const { terminal, cwd, options } = input;
  const old = await readDefinition(textArgument(input, 'old'), cwd);
  const now = await readDefinition(textArgument(input, 'new'), cwd);
  const write = options['write'] === true;
  const existing = usableFile(now, write, (text) => terminal.note(text));
  const { xml, guesses, changes } = proposeUpgrade(definitionOf(old), definitionOf(now), existing);

  const written = write && now.files.folder !== null ? join(now.files.folder, 'upgrade.xml') : null;
  if (write && written === null)
    throw new LockstepError('usage', 'A package cannot be written to.', { hint: 'Give the folder it is built from.' });
  if (written !== null && changes.length > 0) {
    refuseOtherEncodings(existing?.text, written);
    await replaceFile(written, xml);
  }
  if (written === null && changes.length > 0) terminal.note('Nothing is written; --write does it.');
  for (const change of changes) terminal.note(change);
  for (const { to, message } of guesses)
    terminal.note(`${to === null ? 'Please decide' : 'Please confirm'}: ${message}`);
  if (changes.length === 0 && guesses.length === 0) terminal.note('The upgrade file lacks nothing.');
  const done = changes.length > 0 ? `Wrote ${written}.` : `${written} stays as it is.`;
  return { value: { xml, guesses, changes, written: changes.length > 0 ? written : null }, text: written ? done : xml };
};

function definitionOf({ definition, problems, files }: AuthoredPlugin): PluginDefinition {
  if (definition) return definition;
  const fault = problems.find(({ severity }) => severity === 'error');
  throw new LockstepError('plugin-not-valid', fault?.message ?? 'There is no plugin.xml, so there are no step types.', {
    hint: fault?.hint ?? 'Give the folder or package of a plugin with a plugin.xml.',
    where: fault?.where ?? { file: files.pluginInfo?.file ?? 'plugin.xml', line: 1, column: 1 },
  });
}

/** The file to complete. One that cannot be read is never overwritten; a fresh one is printed instead. */
function usableFile({ files, upgradeFile }: AuthoredPlugin, write: boolean, note: (text: string) => void) {
  if (upgradeFile instanceof LockstepError) {
    if (write) throw upgradeFile;
    note(`The upgrade.xml that is there cannot be read, so a new one is proposed.\n${formatError(upgradeFile)}`);
    return undefined;
  }
  const source = files.upgradeXml;
  return source && typeof source.text === 'string' ? { text: source.text, file: source.file } : undefined;
}
