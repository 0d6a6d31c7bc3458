import { allPages } from '../../all-pages.ts';
import { type CommandAction, textOption } from '../../command.ts';
import { moment } from '../../moment.ts';
import { formatTable } from '../../table.ts';
import { withClient } from '../../with-client.ts';
import { stateOf } from './state-of.ts';

export const list: CommandAction = (input) =>
  withClient(input, async ({ client }) => {
    const plugin = textOption(input, 'plugin');
    const value = await allPages((page) => client.plans.listPlans({ query: { plugin, ...page } }));
    if (value.length === 0) {
      const text = plugin === undefined ? 'There is no plan.' : `There is no plan for ${plugin}.`;
      return { value, text: `${text} To make one: lockstep upgrade plan PLUGIN` };
    }
    const rows = value.map(({ id, plugin: { name }, from, to, totals, createdAt, createdBy, ...plan }) => [
      id,
      name,
      `${from.join(', ')} → ${to}`,
      stateOf(plan),
      String(totals.processes),
      moment(createdAt),
      createdBy,
    ]);
    return { value, text: formatTable(['plan', 'plugin', 'versions', 'state', 'processes', 'made', 'by'], rows) };
  });
