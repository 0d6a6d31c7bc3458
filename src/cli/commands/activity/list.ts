import { type CommandAction, numberOption, textOption } from '../../command.ts';
import { moment } from '../../moment.ts';
import { formatTable } from '../../table.ts';
import { withClient } from '../../with-client.ts';

export const list: CommandAction = (input) =>
  withClient(input, async ({ client }) => {
    const query = {
      by: textOption(input, 'by'),
      action: textOption(input, 'action'),
      limit: numberOption(input, 'limit'),
    };
    const { items: value } = await client.activity.listActivity({ query });
    if (value.length === 0) return { value, text: 'Nothing was done yet that fits.' };
    const rows = value.map(({ at, by, action, text }) => [moment(at), by, action, text]);
    return { value, text: formatTable(['at', 'by', 'action', 'what'], rows) };
  });
