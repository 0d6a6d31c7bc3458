import type { ApplyResult, UndoResult } from '../../../catalogue/index.ts';
import { type CommandAction, textArgument, textOption } from '../../command.ts';
import { withClient } from '../../with-client.ts';
import { shareOption } from './share-option.ts';
import { tellApplied, tellUndone } from './tell.ts';

/** Goes on in the direction, and with the answers, of the upgrade or undo that was paused or interrupted. */
export const resume: CommandAction = (input) =>
  withClient(input, async ({ client, follow }) => {
    const params = { id: textArgument(input, 'plan') };
    const stopAbove = textOption(input, 'stopAbove') === 'none' ? null : shareOption(input, 'stopAbove');
    const { state } = await client.plans.showPlan({ params });
    const undoing = state === 'undoing' || state === 'undone';
    const result = await follow(
      undoing
        ? await client.plans.undoPlan({ params })
        : await client.plans.continuePlan({ params, body: { stopAbove } }),
    );
    input.terminal.progressEnd();
    return undoing ? tellUndone(result as UndoResult) : tellApplied(result as ApplyResult);
  });
