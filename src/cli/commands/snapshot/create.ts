import { type CommandAction, listArgument, textArgument, textOption } from '../../command.ts';
import { counted } from '../../counted.ts';
import { withClient } from '../../with-client.ts';

export const create: CommandAction = (input) =>
  withClient(input, async ({ client }) => {
    const processes = listArgument(input, 'processes');
    const value = await client.processes.createSnapshot({
      body: {
        name: textArgument(input, 'name'),
        note: textOption(input, 'note'),
        processes: processes.length === 0 ? undefined : [...processes],
      },
    });
    return { value, text: `The snapshot "${value.name}" pins ${counted(value.processes, 'process', 'processes')}.` };
  });
