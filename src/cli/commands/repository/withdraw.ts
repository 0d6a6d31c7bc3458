import { LockstepError } from '../../../failure/index.ts';
import { type CommandAction, listArgument, textOption } from '../../command.ts';
import { confirmed, describeReport, nothingDone } from './describe-change.ts';
import { repositorySettings, withRepository } from './settings.ts';

/** Takes plugins out of the offer, with a reason; their packages stay. */
export const yank: CommandAction = async (input) => {
  const settings = await repositorySettings(input);
  const channel = settings.channel ?? 'stable';
  const plugins = listArgument(input, 'plugins');
  const why = textOption(input, 'reason');
  if (!why) throw new LockstepError('usage', 'A yank needs a reason.', { hint: 'Give --reason "what is wrong".' });
  const replacement = textOption(input, 'replacement');
  if (!(await confirmed(input, `Withdraw ${plugins.join(', ')} from "${channel}"?`))) return nothingDone;
  return withRepository(settings, async (repository) => {
    const request = { who: input.user, why, plugins, signal: input.signal, ...(replacement ? { replacement } : {}) };
    return describeReport(await repository.yank(channel, request), 'Withdrawn from');
  });
};

/** Moves plugins from the offer to the archive. */
export const archive: CommandAction = async (input) => {
  const settings = await repositorySettings(input);
  const channel = settings.channel ?? 'stable';
  const plugins = listArgument(input, 'plugins');
  if (!(await confirmed(input, `Move ${plugins.join(', ')} from "${channel}" to the archive?`))) return nothingDone;
  const why = textOption(input, 'why');
  return withRepository(settings, async (repository) => {
    const request = { who: input.user, plugins, signal: input.signal, ...(why ? { why } : {}) };
    return describeReport(await repository.archive(channel, request), 'Archived from');
  });
};
