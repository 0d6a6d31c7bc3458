import { describePlan } from '../../../upgrade/index.ts';
import { type CommandAction, type CommandInput, numberOption, textArgument, textOption } from '../../command.ts';
import { withClient } from '../../with-client.ts';
import { chosenDialect } from '../repository/settings.ts';
import { planOptions } from './plan-options.ts';

/** Plans and stores the plan; no process changes. */
export const plan: CommandAction = (input) =>
  withClient(input, async ({ client, follow }) => {
    // a server goes by its own configuration
    const configured = isRemote(input) ? undefined : ((await chosenDialect(input)) ?? undefined);
    const body = {
      ...planOptions(input, textOption(input, 'for') ?? configured),
      plugin: textArgument(input, 'plugin'),
      to: numberOption(input, 'to'),
      successor: textOption(input, 'successor'),
      fullScan: input.options['fullScan'] === true,
    };
    const id = String(await follow(await client.plans.createPlan({ body })));
    input.terminal.progressEnd();
    const value = await client.plans.downloadPlan({ params: { id } });
    const next = value.totals.processes === 0 ? '' : `\nTo apply it: lockstep upgrade apply ${id}`;
    return { value, text: `${describePlan(value)}${next}` };
  });

function isRemote({ options, env }: CommandInput): boolean {
  return options['server'] !== undefined || env['LOCKSTEP_SERVER'] !== undefined;
}
