import type { CommandAction } from '../../command.ts';
import { moment } from '../../moment.ts';
import { formatTable } from '../../table.ts';
import { withClient } from '../../with-client.ts';

export const list: CommandAction = (input) =>
  withClient(input, async ({ client }) => {
    const value = await client.processes.listSnapshots();
    if (value.length === 0) return { value, text: 'There is no snapshot.' };
    const rows = value.map(({ name, at, by, processes, note }) => [name, moment(at), by, String(processes), note]);
    return { value, text: formatTable(['name', 'at', 'by', 'processes', 'note'], rows) };
  });
