import type { Session, sessionRoutes } from '../../api/session.ts';
import { LockstepError } from '../../failure/index.ts';
import { productVersion } from '../../product/index.ts';
import type { Acts } from '../act.ts';
import { signInPath } from '../openid/sign-in-path.ts';
import type { BuiltInState } from '../runs/agent-policy.ts';
import type { Services } from '../services.ts';
import { type Actor, permissionsOf } from './actor.ts';

export function sessionActs({ accounts, store, builtIn, openId }: Services): Acts<typeof sessionRoutes> {
  async function describe(actor: Actor | null): Promise<Session> {
    const plugin = await store.db
      .selectFrom('plugin')
      .select('id')
      .where('active_version', 'is not', null)
      .limit(1)
      .execute();
    const process = await store.db
      .selectFrom('process')
      .select('id')
      .where('removed_at', 'is', null)
      .limit(1)
      .execute();
    return {
      version: productVersion,
      user: actor && {
        name: actor.name,
        role: actor.role,
        permissions: permissionsOf(actor),
        via: actor.via === 'page' ? 'page' : 'token',
        elsewhere: await accounts.isElsewhere(actor.name),
      },
      openid: openId && { name: openId.name, address: signInPath },
      builtInAgent: actor && pick(await builtIn.state()),
      firstVisit: plugin.length === 0 && process.length === 0,
    };
  }

  return {
    showSession: async ({ actor }) => describe(actor),
    signIn: async ({ body, page, from }) => {
      const actor =
        'token' in body
          ? await accounts.actorOfToken(body.token.trim())
          : await accounts.actorOfPassword(body.name, body.password, from);
      if (!actor) {
        throw new LockstepError('not-signed-in', 'token' in body ? 'No such token.' : 'Name or password is wrong.', {
          hint: 'Try again; an admin can make a new token with `lockstep token create`.',
        });
      }
      // a session would outlive the limits of a scoped token
      if (actor.scopes) {
        throw new LockstepError('not-allowed', 'This token is limited to some permissions and cannot open the page.', {
          hint: 'Sign in with a token without scopes, or with a password.',
        });
      }
      page.keep(await accounts.startSession(actor.name));
      return describe({ ...actor, via: 'page' });
    },
    signOut: async ({ page }) => {
      if (page.secret) await accounts.endSession(page.secret);
      page.keep(null);
    },
    changePassword: async ({ actor, body, page, from }) => {
      // a password opens everything that its user may do, so it would outlive the limits of the token
      if (actor.scopes) {
        throw new LockstepError('not-allowed', 'A token that is limited to some permissions changes no password.', {
          hint: 'Sign in on the page, or use a token without scopes.',
        });
      }
      await accounts.changeOwnPassword(actor.name, body.current, body.next, from);
      if (actor.via === 'page') page.keep(await accounts.startSession(actor.name));
    },
  };
}

function pick({ state, reason }: BuiltInState): Session['builtInAgent'] {
  return { state, reason };
}
