import type { Role } from '../../../api/permission.ts';
import { LockstepError } from '../../../failure/index.ts';
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

export const listGrants: CommandAction = (input) =>
  withClient(input, async ({ client }) => {
    const value = await client.users.listGrants();
    const rows = value.map(({ id, kind, holder, role, owner, createdBy }) => [
      id,
      kind === 'group' ? `group ${holder}` : holder,
      role,
      owner ?? '(none)',
      createdBy,
    ]);
    return { value, text: formatTable(['id', 'who', 'role', 'owner', 'given by'], rows) };
  });

export const grantRole: CommandAction = (input) =>
  withClient(input, async ({ client }) => {
    const { options } = input;
    const owner = textOption(input, 'owner') ?? null;
    if ((owner === null) === (options['withoutOwner'] !== true))
      throw new LockstepError('usage', 'Say whose processes: --owner PATTERN, or --without-owner.', {
        hint: 'lockstep user grant ada process-owner --owner "web*"',
      });
    const kind = options['group'] === true ? 'group' : 'user';
    const body = {
      kind,
      holder: textArgument(input, 'name'),
      role: textArgument(input, 'role') as 'process-owner',
      owner,
    } as const;
    const value = await client.users.addGrant({ body });
    const whose = owner === null ? 'processes without an owner' : `the processes of ${owner}`;
    return { value, text: `${value.holder} is now ${value.role} for ${whose} (${value.id}).` };
  });

export const revokeGrant: CommandAction = (input) =>
  withClient(input, async ({ client }) => {
    const id = textArgument(input, 'id');
    await client.users.removeGrant({ params: { id } });
    return { value: { revoked: id }, text: `${id} counts no more.` };
  });
