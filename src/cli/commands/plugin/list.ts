import { formatProblem } from '../../../failure/index.ts';
import type { CommandAction } from '../../command.ts';
import { moment } from '../../moment.ts';
import { formatTable } from '../../table.ts';
import { withClient } from '../../with-client.ts';

export const list: CommandAction = (input) =>
  withClient(input, async ({ client }) => {
    const value = await client.plugins.listStored({ query: { all: input.options['all'] === true } });
    const rows = value.flatMap((plugin) =>
      plugin.versions.map(({ version, state, withdrawn, installedAt, installedBy }) => [
        plugin.id,
        plugin.name,
        version,
        withdrawn ? `${state}, withdrawn` : state,
        moment(installedAt),
        installedBy,
      ]),
    );
    if (rows.length === 0)
      return { value, text: 'No plugin is installed. To install one: lockstep plugin install PATH' };
    const table = formatTable(['id', 'name', 'version', 'state', 'installed', 'by'], rows);
    return { value, text: [table, ...value.flatMap(({ problems }) => problems.map(formatProblem))].join('\n') };
  });
