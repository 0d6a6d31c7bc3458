import type { UserView } from '../../../service/index.ts';
import type { CommandAction } from '../../command.ts';
import { withServer } from '../../server-client.ts';
import { formatTable } from '../../table.ts';

export const listUsers: CommandAction = (input) =>
  withServer(input, async (client) => {
    const users = await client.get<UserView[]>('/api/users');
    const rows = users.map(({ name, role, disabled, hasPassword, lastSeenAt }) => [
      name,
      role,
      disabled ? 'disabled' : hasPassword ? 'password' : 'tokens only',
      lastSeenAt ?? 'never',
    ]);
    return { value: users, text: formatTable(['NAME', 'ROLE', 'SIGNS IN WITH', 'LAST SEEN'], rows) };
  });

export const createUser: CommandAction = (input) =>
  withServer(input, async (client) => {
    const { args, options, terminal } = input;
    const password = options['password'] === false ? undefined : await terminal.ask('Password', { secret: true });
    const user = await client.ask<UserView>('POST', '/api/users', {
      name: args['name'],
      role: options['role'] ?? 'viewer',
      ...(password !== undefined && { password }),
    });
    return { value: user, text: `${user.name} is now ${user.role}.` };
  });

export const changeUser: CommandAction = (input) =>
  withServer(input, async (client) => {
    const { args, options, terminal } = input;
    const password = options['password'] ? await terminal.ask('New password', { secret: true }) : undefined;
    const forOldTools = options['oldToolsPassword'];
    const oldToolsPassword =
      forOldTools === true
        ? await terminal.ask('Password for old tools', { secret: true })
        : forOldTools === false
          ? null
          : undefined;
    const user = await client.ask<UserView>('PATCH', `/api/users/${encodeURIComponent(String(args['name']))}`, {
      ...(options['role'] !== undefined && { role: options['role'] }),
      ...(password !== undefined && { password }),
      ...(oldToolsPassword !== undefined && { oldToolsPassword }),
      ...(options['disable'] ? { disabled: true } : options['enable'] ? { disabled: false } : {}),
    });
    return { value: user, text: `${user.name} is ${user.role}${user.disabled ? ', disabled' : ''}.` };
  });

export const removeUser: CommandAction = (input) =>
  withServer(input, async (client) => {
    const name = String(input.args['name']);
    const sure = await input.terminal.confirm(`Remove ${name}?`, input.options['yes'] === true);
    if (!sure) return { value: { removed: false }, text: 'Nothing was changed.' };
    await client.ask('DELETE', `/api/users/${encodeURIComponent(name)}`);
    return { value: { removed: true, name }, text: `${name} is removed.` };
  });
