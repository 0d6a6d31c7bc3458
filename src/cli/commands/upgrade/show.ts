import { describePlan } from '../../../upgrade/index.ts';
import { type CommandAction, textArgument } from '../../command.ts';
import { withUpgrades } from './upgrades.ts';

export const show: CommandAction = (input) =>
  withUpgrades(input, 'read', async (upgrades) => {
    const value = await upgrades.show(textArgument(input, 'plan'));
    return { value, text: `${describePlan(value, value.answers)}\nstate: ${value.state}` };
  });
