import { type CommandAction, textArgument, textOption } from '../../command.ts';
import { shareOption } from './share-option.ts';
import { tellApplied, tellUndone } from './tell.ts';
import { withUpgrades } from './upgrades.ts';

/** Goes on in the direction, and with the answers, of the upgrade or undo that was paused or interrupted. */
export const resume: CommandAction = (input) =>
  withUpgrades(input, 'write', async (upgrades) => {
    const limit = textOption(input, 'stopAbove') === 'none' ? null : shareOption(input, 'stopAbove');
    const resumed = await upgrades.resume(textArgument(input, 'plan'), limit);
    input.terminal.progressEnd();
    return resumed.direction === 'apply' ? tellApplied(resumed.result) : tellUndone(resumed.result);
  });
