import { describePlan } from '../../../upgrade/index.ts';
import { type CommandAction, textArgument } from '../../command.ts';
import { withClient } from '../../with-client.ts';

export const show: CommandAction = (input) =>
  withClient(input, async ({ client }) => {
    const params = { id: textArgument(input, 'plan') };
    const [plan, { state }] = [await client.plans.downloadPlan({ params }), await client.plans.showPlan({ params })];
    return { value: { ...plan, state }, text: `${describePlan(plan, plan.answers)}\nstate: ${state}` };
  });
