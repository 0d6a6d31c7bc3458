import { createSnapshot } from '../../../catalogue/index.ts';
import { type CommandAction, listArgument, textArgument, textOption } from '../../command.ts';
import { counted } from '../../counted.ts';
import { withData } from '../../data-folder.ts';

export const create: CommandAction = (input) =>
  withData(input, 'write', async ({ catalogue }) => {
    const note = textOption(input, 'note');
    const processes = listArgument(input, 'processes');
    const value = await createSnapshot(catalogue, {
      name: textArgument(input, 'name'),
      ...(note === undefined ? {} : { note }),
      ...(processes.length === 0 ? {} : { processes }),
    });
    return { value, text: `The snapshot "${value.name}" pins ${counted(value.processes, 'process', 'processes')}.` };
  });
