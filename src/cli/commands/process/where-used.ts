import { whereUsed } from '../../../catalogue/index.ts';
import { type CommandAction, numberOption, textArgument, textOption } from '../../command.ts';
import { withData } from '../../data-folder.ts';
import { formatTable } from '../../table.ts';

export const whereUsedAction: CommandAction = (input) =>
  withData(input, 'read', async ({ catalogue }) => {
    const stepType = textOption(input, 'stepType');
    const property = textOption(input, 'property');
    const version = numberOption(input, 'version');
    const { processes } = await whereUsed(catalogue, {
      plugin: textArgument(input, 'plugin'),
      limit: null,
      ...(stepType === undefined ? {} : { stepType }),
      ...(property === undefined ? {} : { property }),
      ...(version === undefined ? {} : { version }),
    });
    const rows = processes.flatMap((process) =>
      process.uses.map((use) => [
        process.owner ? `${process.owner}/${process.name}` : process.name,
        use.activity,
        use.stepType,
        String(use.pluginVersion),
      ]),
    );
    if (rows.length === 0) return { value: processes, text: 'No process uses it.' };
    return { value: processes, text: formatTable(['process', 'activity', 'step type', 'plugin version'], rows) };
  });
