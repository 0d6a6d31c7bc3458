import { type CommandAction, numberOption, textArgument } from '../../command.ts';
import { withClient } from '../../with-client.ts';

export const diff: CommandAction = (input) =>
  withClient(input, async ({ client }) => {
    const value = await client.processes.diffVersions({
      params: { id: textArgument(input, 'name') },
      query: { from: numberOption(input, 'from'), to: numberOption(input, 'to') },
    });
    const head = `${value.process.name}: version ${value.from} → ${value.to}`;
    return { value, text: value.summary === '' ? `${head}: no difference.` : `${head}\n${value.summary}` };
  });
