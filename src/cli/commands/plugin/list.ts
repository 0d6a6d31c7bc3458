import { listPlugins } from '../../../catalogue/index.ts';
import type { CommandAction } from '../../command.ts';
import { withData } from '../../data-folder.ts';
import { formatTable } from '../../table.ts';

export const list: CommandAction = (input) =>
  withData(input, 'read', async ({ catalogue }) => {
    const value = await listPlugins(catalogue, { ghosted: input.options['all'] === true });
    const rows = value.flatMap((plugin) =>
      plugin.versions.map(({ version, state, installedAt, installedBy }) => [
        plugin.id,
        plugin.name,
        version,
        state,
        installedAt.slice(0, 16).replace('T', ' '),
        installedBy,
      ]),
    );
    if (rows.length === 0)
      return { value, text: 'No plugin is installed. To install one: lockstep plugin install PATH' };
    return { value, text: formatTable(['id', 'name', 'version', 'state', 'installed', 'by'], rows) };
  });
