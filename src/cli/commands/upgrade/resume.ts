import { resumePlan } from '../../../catalogue/index.ts';
import { type CommandAction, textArgument } from '../../command.ts';
import { withData } from '../../data-folder.ts';
import { tellApplied, tellUndone } from './tell.ts';

/** Goes on in the direction, and with the answers, of the upgrade or undo that was interrupted. */
export const resume: CommandAction = (input) =>
  withData(input, 'write', async ({ catalogue }) => {
    const resumed = await resumePlan(catalogue, textArgument(input, 'plan'), {
      signal: input.signal,
      onProgress: ({ done, total }) => input.terminal.progress('Going on', done, total),
    });
    input.terminal.progressEnd();
    return resumed.direction === 'apply' ? tellApplied(resumed.result) : tellUndone(resumed.result);
  });
