import { listSnapshots } from '../../../catalogue/index.ts';
import type { CommandAction } from '../../command.ts';
import { withData } from '../../data-folder.ts';
import { formatTable } from '../../table.ts';

export const list: CommandAction = (input) =>
  withData(input, 'read', async ({ catalogue }) => {
    const value = await listSnapshots(catalogue);
    if (value.length === 0) return { value, text: 'There is no snapshot.' };
    const rows = value.map(({ name, at, by, processes, note }) => [name, at, by, String(processes), note]);
    return { value, text: formatTable(['name', 'at', 'by', 'processes', 'note'], rows) };
  });
