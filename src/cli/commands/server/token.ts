import type { Client } from '../../../api/client.ts';
import type { Permission } from '../../../api/permission.ts';
import { LockstepError } from '../../../failure/index.ts';
import { type CommandAction, textArgument, textOption } from '../../command.ts';
import { moment } from '../../moment.ts';
import { formatTable } from '../../table.ts';
import { withClient } from '../../with-client.ts';

export const listTokens: CommandAction = (input) =>
  withClient(input, async ({ client, isServer }) => {
    const value = await client.tokens.listTokens({ query: { all: input.options['all'] === true || !isServer } });
    const rows = value.map(({ id, user, label, scopes, agent, labels, expiresAt, lastUsedAt }) => [
      id,
      user,
      label,
      [scopes?.join(',') ?? 'everything', ...(agent === null ? [] : [`as ${[agent, ...labels].join(' ')}`])].join(' '),
      moment(expiresAt),
      moment(lastUsedAt),
    ]);
    return { value, text: formatTable(['id', 'user', 'for', 'may', 'ends', 'last used'], rows) };
  });

export const createToken: CommandAction = (input) =>
  withClient(input, async ({ client, isServer }) => {
    const { options } = input;
    const days = options['days'] === undefined ? undefined : readDays(String(options['days']));
    const token = await client.tokens.createToken({
      body: {
        label: textArgument(input, 'label'),
        user: textOption(input, 'user') ?? (isServer ? undefined : await firstAdmin(client)),
        scopes: options['scope'] as Permission[] | undefined,
        agent: textOption(input, 'agent'),
        labels: options['label'] as string[] | undefined,
        days: days === 0 ? null : days,
      },
    });
    return { value: token, text: `${token.secret}\n` };
  });

export const revokeToken: CommandAction = (input) =>
  withClient(input, async ({ client }) => {
    const id = textArgument(input, 'id');
    await client.tokens.revokeToken({ params: { id } });
    return { value: { revoked: id }, text: `${id} counts no more.` };
  });

/** On a data folder that no server has set up yet, the first admin is made. */
async function firstAdmin(client: Client): Promise<string> {
  const users = await client.users.listUsers();
  const admin = users.find(({ role, disabled }) => role === 'admin' && !disabled);
  if (admin) return admin.name;
  return (await client.users.createUser({ body: { name: 'admin', role: 'admin' } })).name;
}

function readDays(text: string): number {
  const days = Number(text);
  if (Number.isInteger(days) && days >= 0 && days <= 3650) return days;
  throw new LockstepError('usage', `"${text}" is no number of days.`, { hint: 'Give 1 to 3650, or 0 for no end.' });
}
