import { LockstepError } from '../../../failure/index.ts';
import type { TokenView, UserView } from '../../../service/index.ts';
import type { CommandAction } from '../../command.ts';
import { type ServerClient, withServer } from '../../server-client.ts';
import { formatTable } from '../../table.ts';

export const listTokens: CommandAction = (input) =>
  withServer(input, async (client) => {
    const tokens = await client.get<TokenView[]>(`/api/tokens?all=${input.options['all'] === true || isLocal(input)}`);
    const rows = tokens.map(({ id, user, label, scopes, agent, labels, expiresAt, lastUsedAt }) => [
      id,
      user,
      label,
      [scopes?.join(',') ?? 'everything', ...(agent === null ? [] : [`as ${[agent, ...labels].join(' ')}`])].join(' '),
      expiresAt ?? 'never',
      lastUsedAt ?? 'never',
    ]);
    return { value: tokens, text: formatTable(['ID', 'USER', 'FOR', 'MAY', 'ENDS', 'LAST USED'], rows) };
  });

export const createToken: CommandAction = (input) =>
  withServer(input, async (client) => {
    const { args, options } = input;
    const days = options['days'] === undefined ? undefined : readDays(String(options['days']));
    const user = (options['user'] as string | undefined) ?? (isLocal(input) ? await firstAdmin(client) : undefined);
    const token = await client.ask<TokenView & { secret: string }>('POST', '/api/tokens', {
      label: args['label'],
      ...(user !== undefined && { user }),
      ...(options['scope'] !== undefined && { scopes: options['scope'] }),
      ...(options['agent'] !== undefined && { agent: options['agent'] }),
      ...(options['label'] !== undefined && { labels: options['label'] }),
      ...(days !== undefined && { days: days === 0 ? null : days }),
    });
    return { value: token, text: `${token.secret}\n` };
  });

export const revokeToken: CommandAction = (input) =>
  withServer(input, async (client) => {
    const id = String(input.args['id']);
    await client.ask('DELETE', `/api/tokens/${encodeURIComponent(id)}`);
    return { value: { revoked: id }, text: `${id} counts no more.` };
  });

function isLocal({ options, env }: Parameters<CommandAction>[0]): boolean {
  return options['server'] === undefined && env['LOCKSTEP_SERVER'] === undefined;
}

/** On a data folder that no server has set up yet, the first admin is made. */
async function firstAdmin(client: ServerClient): Promise<string> {
  const users = await client.get<UserView[]>('/api/users');
  const admin = users.find(({ role, disabled }) => role === 'admin' && !disabled);
  if (admin) return admin.name;
  return (await client.ask<UserView>('POST', '/api/users', { name: 'admin', role: 'admin' })).name;
}

function readDays(text: string): number {
  const days = Number(text);
  if (Number.isInteger(days) && days >= 0 && days <= 3650) return days;
  throw new LockstepError('usage', `"${text}" is no number of days.`, { hint: 'Give 1 to 3650, or 0 for no end.' });
}
