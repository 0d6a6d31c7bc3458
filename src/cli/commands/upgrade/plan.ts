import { createPlan, getPlan } from '../../../catalogue/index.ts';
import { describePlan } from '../../../upgrade/index.ts';
import { type CommandAction, numberOption, textArgument } from '../../command.ts';
import { withData } from '../../data-folder.ts';
import { planOptions } from './plan-options.ts';

/** Plans and stores the plan; no process changes. */
export const plan: CommandAction = (input) =>
  withData(input, 'write', async ({ catalogue }) => {
    const to = numberOption(input, 'to');
    const summary = await createPlan(catalogue, {
      plugin: textArgument(input, 'plugin'),
      options: planOptions(input),
      fullScan: input.options['fullScan'] === true,
      onProgress: ({ looked, total }) => input.terminal.progress('Looking at processes', looked, total),
      signal: input.signal,
      ...(to === undefined ? {} : { to }),
    });
    input.terminal.progressEnd();
    const value = await getPlan(catalogue, summary.id);
    const next = value.totals.processes === 0 ? '' : `\nTo apply it: lockstep upgrade apply ${value.id}`;
    return { value, text: `${describePlan(value)}${next}` };
  });
