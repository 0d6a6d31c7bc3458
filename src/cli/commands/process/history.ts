import { type CommandAction, textArgument } from '../../command.ts';
import { moment } from '../../moment.ts';
import { formatTable } from '../../table.ts';
import { withClient } from '../../with-client.ts';

export const history: CommandAction = (input) =>
  withClient(input, async ({ client }) => {
    const value = await client.processes.listVersions({ params: { id: textArgument(input, 'name') } });
    const rows = value.map(({ version, at, by, why, plan }) => [
      String(version),
      moment(at),
      by,
      why,
      plan ? `plan ${plan}` : '',
    ]);
    return { value, text: formatTable(['version', 'at', 'by', 'why', ''], rows) };
  });
