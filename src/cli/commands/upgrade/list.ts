import { type CommandAction, textOption } from '../../command.ts';
import { formatTable } from '../../table.ts';
import { withUpgrades } from './upgrades.ts';

export const list: CommandAction = (input) =>
  withUpgrades(input, 'read', async (upgrades) => {
    const value = await upgrades.list(textOption(input, 'plugin'));
    if (value.length === 0) return { value, text: 'There is no plan. To make one: lockstep upgrade plan PLUGIN' };
    const rows = value.map(({ id, plugin: { name }, from, to, state, totals, createdAt, createdBy }) => [
      id,
      name,
      `${from.join(', ')} → ${to}`,
      state,
      String(totals.processes),
      createdAt.slice(0, 16).replace('T', ' '),
      createdBy,
    ]);
    return { value, text: formatTable(['plan', 'plugin', 'versions', 'state', 'processes', 'made', 'by'], rows) };
  });
