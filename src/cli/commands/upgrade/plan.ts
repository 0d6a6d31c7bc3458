import { describePlan } from '../../../upgrade/index.ts';
import { type CommandAction, numberOption, textArgument } from '../../command.ts';
import { planOptions } from './plan-options.ts';
import { withUpgrades } from './upgrades.ts';

/** Plans and stores the plan; no process changes. */
export const plan: CommandAction = (input) =>
  withUpgrades(input, 'write', async (upgrades) => {
    const value = await upgrades.plan({
      plugin: textArgument(input, 'plugin'),
      to: numberOption(input, 'to'),
      options: planOptions(input),
      fullScan: input.options['fullScan'] === true,
    });
    input.terminal.progressEnd();
    const next = value.totals.processes === 0 ? '' : `\nTo apply it: lockstep upgrade apply ${value.id}`;
    return { value, text: `${describePlan(value)}${next}` };
  });
