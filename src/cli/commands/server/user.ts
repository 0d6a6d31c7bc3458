import type { Role } from '../../../api/permission.ts';
import { type CommandAction, textArgument, textOption } from '../../command.ts';
import { moment } from '../../moment.ts';
import { formatTable } from '../../table.ts';
import { withClient } from '../../with-client.ts';

export const listUsers: CommandAction = (input) =>
  withClient(input, async ({ client }) => {
    const value = await client.users.listUsers();
    const rows = value.map(({ name, role, disabled, hasPassword, elsewhere, lastSeenAt }) => [
      name,
      role,
      disabled ? 'disabled' : (elsewhere?.issuer ?? (hasPassword ? 'password' : 'tokens only')),
      moment(lastSeenAt),
    ]);
    return { value, text: formatTable(['name', 'role', 'signs in with', 'last seen'], rows) };
  });

export const createUser: CommandAction = (input) =>
  withClient(input, async ({ client }) => {
    const { options, terminal } = input;
    const password = options['password'] === false ? undefined : await terminal.ask('Password', { secret: true });
    const role = (options['role'] as Role | undefined) ?? 'viewer';
    const user = await client.users.createUser({ body: { name: textArgument(input, 'name'), role, password } });
    return { value: user, text: `${user.name} is now ${user.role}.` };
  });

export const changeUser: CommandAction = (input) =>
  withClient(input, async ({ client }) => {
    const { options, terminal } = input;
    const forOldTools = options['oldToolsPassword'];
    const user = await client.users.changeUser({
      params: { name: textArgument(input, 'name') },
      body: {
        role: options['role'] as Role | undefined,
        password: options['password'] ? await terminal.ask('New password', { secret: true }) : undefined,
        oldToolsPassword:
          forOldTools === true
            ? await terminal.ask('Password for old tools', { secret: true })
            : forOldTools === false
              ? null
              : undefined,
        disabled: options['disable'] ? true : options['enable'] ? false : undefined,
      },
    });
    return { value: user, text: `${user.name} is ${user.role}${user.disabled ? ', disabled' : ''}.` };
  });

export const linkUser: CommandAction = (input) =>
  withClient(input, async ({ client }) => {
    const name = textArgument(input, 'name');
    const body = { subject: textArgument(input, 'subject'), issuer: textOption(input, 'issuer') };
    const user = await client.users.linkUser({ params: { name }, body });
    return { value: user, text: `${name} signs in at ${user.elsewhere?.issuer} from now on, as ${body.subject}.` };
  });

export const unlinkUser: CommandAction = (input) =>
  withClient(input, async ({ client }) => {
    const name = textArgument(input, 'name');
    const user = await client.users.unlinkUser({ params: { name } });
    return { value: user, text: `${name} signs in here, by tokens until there is a password.` };
  });

export const removeUser: CommandAction = (input) =>
  withClient(input, async ({ client }) => {
    const name = textArgument(input, 'name');
    const sure = await input.terminal.confirm(`Remove ${name}?`, input.options['yes'] === true);
    if (!sure) return { value: { removed: false }, text: 'Nothing was changed.' };
    await client.users.deleteUser({ params: { name } });
    return { value: { removed: true, name }, text: `${name} is removed.` };
  });
