import { type CommandAction, textArgument } from '../../command.ts';
import { formatTable } from '../../table.ts';
import { withClient } from '../../with-client.ts';

export const show: CommandAction = (input) =>
  withClient(input, async ({ client }) => {
    const value = await client.processes.showSnapshot({ params: { id: textArgument(input, 'name') } });
    const rows = value.pinned.map(({ id, name, owner, version }) => [id, name, owner ?? '', String(version)]);
    const uses = value.uses.map(({ pluginName, version }) => `${pluginName} ${version}`).join(', ');
    const table = formatTable(['id', 'process', 'of', 'version'], rows);
    return { value, text: `${table}\nkeeps installed: ${uses || 'nothing'}` };
  });
