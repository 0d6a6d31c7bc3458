import { allPages } from '../../all-pages.ts';
import { type CommandAction, numberOption, textArgument, textOption } from '../../command.ts';
import { formatTable } from '../../table.ts';
import { withClient } from '../../with-client.ts';

export const whereUsed: CommandAction = (input) =>
  withClient(input, async ({ client }) => {
    const filter = {
      plugin: textArgument(input, 'plugin'),
      stepType: textOption(input, 'stepType'),
      property: textOption(input, 'property'),
      version: numberOption(input, 'version'),
    };
    const value = await allPages((page) => client.plugins.whereUsed({ query: { ...filter, ...page } }));
    if (value.length === 0) return { value, text: 'No process uses it.' };
    const rows = value.map(({ owner, processName, activity, stepType, pluginVersion }) => [
      owner ? `${owner}/${processName}` : processName,
      activity,
      stepType,
      String(pluginVersion),
    ]);
    return { value, text: formatTable(['process', 'activity', 'step type', 'plugin version'], rows) };
  });
