import type { ApplyResult } from '../../../catalogue/index.ts';
import { type CommandAction, textArgument, textOption } from '../../command.ts';
import { withClient } from '../../with-client.ts';
import { shareOption } from './share-option.ts';
import { tellApplied } from './tell.ts';
import { takeBack } from './undo.ts';

/** Goes on in the direction, and with the answers, of the upgrade or undo that was paused or interrupted. */
export const goOn: CommandAction = (input) =>
  withClient(input, async (place) => {
    const { client, follow } = place;
    const params = { id: textArgument(input, 'plan') };
    const why = textOption(input, 'why');
    const stopAbove = textOption(input, 'stopAbove') === 'none' ? null : shareOption(input, 'stopAbove');
    const { state } = await client.plans.showPlan({ params });
    if (state === 'undoing') {
      return takeBack(input, place, (answers) => client.plans.continuePlan({ params, body: { answers, why } }));
    }
    const result = await follow(await client.plans.continuePlan({ params, body: { stopAbove, why } }));
    input.terminal.progressEnd();
    return tellApplied(result as ApplyResult);
  });
