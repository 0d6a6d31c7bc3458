import { listVersions } from '../../../catalogue/index.ts';
import { type CommandAction, textArgument } from '../../command.ts';
import { withData } from '../../data-folder.ts';
import { formatTable } from '../../table.ts';

export const history: CommandAction = (input) =>
  withData(input, 'read', async ({ catalogue }) => {
    const value = await listVersions(catalogue, textArgument(input, 'name'));
    const rows = value.map(({ version, at, by, reason, plan, why }) => [
      String(version),
      at,
      by,
      why ?? reason,
      plan ? `plan ${plan}` : '',
    ]);
    return { value, text: formatTable(['version', 'at', 'by', 'why', ''], rows) };
  });
