import { diffVersions } from '../../../catalogue/index.ts';
import { formatDifference } from '../../../process/index.ts';
import { type CommandAction, numberOption, textArgument } from '../../command.ts';
import { withData } from '../../data-folder.ts';

export const diff: CommandAction = (input) =>
  withData(input, 'read', async ({ catalogue }) => {
    const from = numberOption(input, 'from');
    const to = numberOption(input, 'to');
    const value = await diffVersions(catalogue, textArgument(input, 'name'), {
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
    });
    const head = `${value.process.name}: version ${value.from} → ${value.to}`;
    return {
      value,
      text: value.difference.same ? `${head}: no difference.` : `${head}\n${formatDifference(value.difference)}`,
    };
  });
