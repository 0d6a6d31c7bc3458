import { LockstepError } from '../../../failure/index.ts';
import { system } from '../../../ports/index.ts';
import { type RemovedChannel, removeEndedChannels } from '../../../repository/index.ts';
import { type CommandAction, listArgument, textOption } from '../../command.ts';
import { confirmed, count, nothingDone } from './describe-change.ts';
import { repositorySettings, withRepository } from './settings.ts';

/** Removes the channels that are named, or those whose end has come. */
export const remove: CommandAction = async (input) => {
  const names = listArgument(input, 'channels');
  const ended = input.options['ended'] === true;
  if (ended === names.length > 0) {
    throw new LockstepError('usage', 'Name the channels to remove, or say --ended.', { hint: 'See --help.' });
  }
  const what = ended ? 'every channel whose end has come' : names.map((name) => `"${name}"`).join(', ');
  if (!(await confirmed(input, `Remove ${what}, with all packages and the history?`))) return nothingDone;
  const why = textOption(input, 'why');
  const lasting = input.options['lasting'] === true;
  const request = { who: input.user, signal: input.signal, ...(why && { why }), ...(lasting && { lasting }) };
  const removed = await withRepository(await repositorySettings(input), async (repository) => {
    if (ended) return removeEndedChannels(repository, { ...request, now: system.clock.now() });
    const done: RemovedChannel[] = [];
    for (const name of names) done.push(await repository.removeChannel(name, request));
    return done;
  });
  const lines = removed.map(
    ({ channel, files, bytes }) => `Removed "${channel}": ${count(files, 'file')} (${bytes} bytes).`,
  );
  return { value: { removed }, text: lines.length > 0 ? lines.join('\n') : 'No channel has come to its end.' };
};
