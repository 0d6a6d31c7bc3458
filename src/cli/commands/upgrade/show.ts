import { getPlan } from '../../../catalogue/index.ts';
import { describePlan } from '../../../upgrade/index.ts';
import { type CommandAction, textArgument } from '../../command.ts';
import { withData } from '../../data-folder.ts';

export const show: CommandAction = (input) =>
  withData(input, 'read', async ({ catalogue }) => {
    const value = await getPlan(catalogue, textArgument(input, 'plan'));
    return { value, text: `${describePlan(value)}\nstate: ${value.state}` };
  });
