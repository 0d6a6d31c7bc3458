import { type Static, Type } from 'typebox';
import { permissions, roles } from './permission.ts';
import { Nullable, OneOf, route } from './route.ts';

/** Where the agent that comes with a server does its steps, and why not. */
export const builtInStates = ['as-the-server', 'as-a-user', 'off'] as const;
export const builtInReasons = ['not-wanted', 'listens-widely', 'other-users', 'no-such-user', 'needs-root'] as const;

export const Session = Type.Object({
  version: Type.String({ description: 'Of this Lockstep' }),
  user: Nullable(
    Type.Object({
      name: Type.String(),
      role: OneOf(roles),
      permissions: Type.Array(OneOf(permissions)),
      via: OneOf(['page', 'token'] as const),
      elsewhere: Type.Boolean({ description: 'Signs in at the provider, and has no password here' }),
    }),
  ),
  openid: Nullable(
    Type.Object(
      { name: Type.String(), address: Type.String({ description: 'Below the server’s root' }) },
      { description: 'The provider where people sign in too: a browser goes to the address' },
    ),
  ),
  /** Null for whoever is not signed in. */
  builtInAgent: Nullable(
    Type.Object(
      { state: OneOf(builtInStates), reason: Nullable(OneOf(builtInReasons)) },
      { description: 'Where the agent inside of this server does its steps, and why it is off' },
    ),
  ),
  firstVisit: Type.Boolean({ description: 'No plugin is installed and no process is stored: offer the example data' }),
});
export type Session = Static<typeof Session>;

export const SignIn = Type.Union([
  Type.Object({ name: Type.String(), password: Type.String() }, { additionalProperties: false }),
  Type.Object({ token: Type.String() }, { additionalProperties: false }),
]);
export type SignIn = Static<typeof SignIn>;

/**
 * A page's requests carry the cookie that signing in set; those that change something must also carry the header
 * `X-Lockstep-Page: 1`, which another site's page cannot send.
 */
export const sessionRoutes = {
  showSession: route({
    method: 'GET',
    url: '/api/session',
    summary: 'Who is signed in, and what they may do',
    permission: 'public',
    reply: Session,
  }),
  signIn: route({
    method: 'POST',
    url: '/api/session',
    summary: 'Sign in with name and password, or with a token',
    permission: 'public',
    body: SignIn,
    reply: Session,
    perMinute: 20,
  }),
  signOut: route({ method: 'DELETE', url: '/api/session', summary: 'Sign out', permission: 'public' }),
  changePassword: route({
    method: 'PUT',
    url: '/api/session/password',
    summary: "Change one's own password; other sessions end",
    permission: 'own-account',
    body: Type.Object(
      { current: Type.String(), next: Type.String({ minLength: 10, maxLength: 500 }) },
      { additionalProperties: false },
    ),
  }),
};
