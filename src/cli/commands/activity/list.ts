import { listActivity } from '../../../catalogue/index.ts';
import { type CommandAction, numberOption, textOption } from '../../command.ts';
import { withData } from '../../data-folder.ts';
import { formatTable } from '../../table.ts';

export const list: CommandAction = (input) =>
  withData(input, 'read', async ({ catalogue }) => {
    const who = textOption(input, 'by');
    const action = textOption(input, 'action');
    const limit = numberOption(input, 'limit');
    const value = await listActivity(catalogue, {
      ...(who === undefined ? {} : { who }),
      ...(action === undefined ? {} : { action }),
      ...(limit === undefined ? {} : { limit }),
    });
    if (value.length === 0) return { value, text: 'Nothing was done yet that fits.' };
    const rows = value.map((entry) => [
      entry.at.slice(0, 19).replace('T', ' '),
      entry.who,
      entry.action,
      `${entry.subject.kind} ${entry.subject.name}`,
      Object.entries(entry.detail)
        .map(([name, detail]) => `${name}: ${typeof detail === 'string' ? detail : JSON.stringify(detail)}`)
        .join(', '),
    ]);
    return { value, text: formatTable(['at', 'by', 'action', 'what', ''], rows) };
  });
