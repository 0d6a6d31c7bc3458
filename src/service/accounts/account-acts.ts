import { permissions, type Role, roleHas } from '../../api/permission.ts';
import type { tokenRoutes } from '../../api/tokens.ts';
import type { userRoutes } from '../../api/users.ts';
import { LockstepError } from '../../failure/index.ts';
import type { Acts } from '../act.ts';
import type { Services } from '../services.ts';
import { type Actor, may } from './actor.ts';
import { bindToken } from './agent-binding.ts';

export function userActs({ accounts, oldTools, record, config }: Services): Acts<typeof userRoutes> {
  return {
    listUsers: () => accounts.listUsers(),
    createUser: async ({ body, actor }) => {
      refuseWider(actor, body.role);
      const user = await accounts.createUser(body);
      await record(actor, 'user.created', 'user', user.name, { role: user.role });
      return user;
    },
    changeUser: async ({ params, body, actor }) => {
      refuseWider(actor, body.role ?? (await accounts.showUser(params.name)).role);
      const { oldToolsPassword, ...change } = body;
      if (typeof oldToolsPassword === 'string' && (await accounts.isElsewhere(params.name)))
        throw new LockstepError('not-allowed', `${params.name} signs in at a provider and has no password here.`, {
          hint: 'Give old tools a user of their own.',
        });
      const user = await accounts.changeUser(params.name, change);
      if (oldToolsPassword !== undefined) await oldTools.set(user.name, oldToolsPassword);
      const { password, ...shown } = change;
      await record(actor, 'user.changed', 'user', user.name, {
        ...shown,
        ...(password !== undefined && { password: 'changed' }),
        ...(oldToolsPassword !== undefined && { oldToolsPassword: oldToolsPassword === null ? 'none' : 'changed' }),
      });
      return user;
    },
    linkUser: async ({ params, body, actor }) => {
      // whoever links somebody may become them
      refuseWider(actor, (await accounts.showUser(params.name)).role);
      const issuer = body.issuer ?? config.openid?.issuer;
      if (issuer === undefined)
        throw new LockstepError('usage', 'No provider of sign-ins is configured here.', { hint: 'Name the issuer.' });
      const user = await accounts.link(params.name, { issuer, subject: body.subject });
      await oldTools.set(user.name, null);
      await record(actor, 'user.linked', 'user', user.name, { issuer, subject: body.subject });
      return user;
    },
    unlinkUser: async ({ params, actor }) => {
      refuseWider(actor, (await accounts.showUser(params.name)).role);
      const user = await accounts.link(params.name, null);
      await record(actor, 'user.unlinked', 'user', user.name, {});
      return user;
    },
    listGrants: () => accounts.grants.list(),
    addGrant: async ({ body, actor }) => {
      refuseWider(actor, body.role);
      const holder = body.kind === 'user' ? (await accounts.showUser(body.holder)).name : body.holder;
      const grant = await accounts.grants.add({ ...body, holder, by: actor.name });
      accounts.forgetKnown();
      await record(actor, 'grant.given', 'user', holder, {
        kind: body.kind,
        role: body.role,
        owner: body.owner ?? 'none',
      });
      return grant;
    },
    removeGrant: async ({ params, actor }) => {
      const { holder, kind, role, owner } = await accounts.grants.remove(params.id);
      accounts.forgetKnown();
      await record(actor, 'grant.taken', 'user', holder, { kind, role, owner: owner ?? 'none' });
    },
    deleteUser: async ({ params, actor }) => {
      const name = await accounts.deleteUser(params.name);
      await oldTools.set(name, null);
      await record(actor, 'user.removed', 'user', name, {});
    },
  };
}

export function tokenActs({ accounts, record }: Services): Acts<typeof tokenRoutes> {
  const everyones = (actor: Actor): boolean => may(actor, 'user-manage');
  return {
    listTokens: ({ query, actor }) => accounts.listTokens(query.all && everyones(actor) ? null : actor.name),
    createToken: async ({ body, actor }) => {
      const user = everyones(actor) && body.user !== undefined ? (await accounts.showUser(body.user)).name : actor.name;
      if ((body.user ?? user).toLowerCase() !== user.toLowerCase()) {
        throw new LockstepError('not-allowed', 'Only an admin makes tokens for others.', { hint: 'Leave out `user`.' });
      }
      const { scopes, agent } = bindToken(body, actor);
      // a limited token must not give birth to one that may do more
      if (actor.scopes && (scopes === null || scopes.some((scope) => !actor.scopes?.includes(scope)))) {
        throw new LockstepError('not-allowed', 'A limited token makes only tokens with at most its own scopes.', {
          hint: `Name some of: ${actor.scopes.join(', ')}.`,
        });
      }
      const token = await accounts.createToken({
        user,
        label: body.label,
        scopes,
        agent,
        days: body.days === undefined ? 90 : body.days,
      });
      await record(actor, 'token.created', 'token', token.id, {
        user,
        label: token.label,
        ...(agent && { agent: agent.name }),
      });
      return token;
    },
    revokeToken: async ({ params, actor }) => {
      const token = await accounts.revokeToken(params.id, everyones(actor) ? null : actor.name);
      await record(actor, 'token.revoked', 'token', token.id, { user: token.user, label: token.label });
    },
  };
}

/** Whoever sets a role or a password could sign in with it: a limited token may do so only for roles within its scopes. */
function refuseWider(actor: Actor, role: Role): void {
  const { scopes } = actor;
  if (!scopes || permissions.every((one) => !roleHas(role, one) || scopes.includes(one))) return;
  throw new LockstepError('not-allowed', `A token that is limited to some permissions makes or changes no ${role}.`, {
    hint: 'Use a token without scopes.',
  });
}
