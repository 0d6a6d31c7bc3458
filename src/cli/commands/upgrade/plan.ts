import { describePlan } from '../../../upgrade/index.ts';
import { type CommandAction, numberOption, textArgument } from '../../command.ts';
import { withClient } from '../../with-client.ts';
import { planOptions } from './plan-options.ts';

/** Plans and stores the plan; no process changes. */
export const plan: CommandAction = (input) =>
  withClient(input, async ({ client, follow }) => {
    const body = {
      ...planOptions(input),
      plugin: textArgument(input, 'plugin'),
      to: numberOption(input, 'to'),
      fullScan: input.options['fullScan'] === true,
    };
    const id = String(await follow(await client.plans.createPlan({ body })));
    input.terminal.progressEnd();
    const value = await client.plans.downloadPlan({ params: { id } });
    const next = value.totals.processes === 0 ? '' : `\nTo apply it: lockstep upgrade apply ${id}`;
    return { value, text: `${describePlan(value)}${next}` };
  });
