import { formatProblem } from '../../../failure/index.ts';
import { type CommandAction, numberOption, textArgument } from '../../command.ts';
import { moment } from '../../moment.ts';
import { withClient } from '../../with-client.ts';

export const show: CommandAction = (input) =>
  withClient(input, async ({ client }) => {
    const value = await client.processes.showProcess({
      params: { id: textArgument(input, 'name') },
      query: { version: numberOption(input, 'version') },
    });
    const { shown, uses, problems, labels } = value;
    const lines = [
      `${value.name}  (${value.kind}${value.owner ? ` of ${value.owner}` : ''}, id ${value.id})`,
      `version ${shown.version} of ${value.version}, ${shown.reason} by ${shown.by} at ${moment(shown.at)}`,
      ...(labels.length > 0 ? [`labelled ${labels.join(', ')}`] : []),
      ...uses.map((use) => `  ${use.activity}: ${use.stepType}, ${use.pluginName} ${use.pluginVersion}`),
      ...problems.map(formatProblem),
    ];
    return { value, text: lines.join('\n') };
  });
