import { showProcess } from '../../../catalogue/index.ts';
import { formatProblem } from '../../../failure/index.ts';
import { type CommandAction, numberOption, textArgument } from '../../command.ts';
import { withData } from '../../data-folder.ts';

export const show: CommandAction = (input) =>
  withData(input, 'read', async ({ catalogue }) => {
    const value = await showProcess(catalogue, textArgument(input, 'name'), numberOption(input, 'version'));
    const { shown, uses, problems } = value;
    const lines = [
      `${value.name}  (${value.kind}${value.owner ? ` of ${value.owner}` : ''}, id ${value.id})`,
      `version ${shown.version} of ${value.version}, ${shown.reason} by ${shown.by} at ${shown.at}`,
      ...uses.map((use) => `  ${use.activity}: ${use.stepType}, ${use.pluginName} ${use.pluginVersion}`),
      ...problems.map(formatProblem),
    ];
    return { value, text: lines.join('\n') };
  });
