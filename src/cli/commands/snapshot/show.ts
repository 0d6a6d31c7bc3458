import { showSnapshot } from '../../../catalogue/index.ts';
import { type CommandAction, textArgument } from '../../command.ts';
import { withData } from '../../data-folder.ts';
import { formatTable } from '../../table.ts';

export const show: CommandAction = (input) =>
  withData(input, 'read', async ({ catalogue }) => {
    const value = await showSnapshot(catalogue, textArgument(input, 'name'));
    const rows = value.pinned.map(({ id, name, owner, version }) => [id, name, owner ?? '', String(version)]);
    const uses = value.uses.map(({ pluginName, version }) => `${pluginName} ${version}`).join(', ');
    return {
      value,
      text: `${formatTable(['id', 'process', 'of', 'version'], rows)}\nkeeps installed: ${uses || 'nothing'}`,
    };
  });
