import { type Static, Type } from 'typebox';
import { roles } from './permission.ts';
import { IdParams, Nullable, OneOf, route, Time } from './route.ts';

export const User = Type.Object({
  name: Type.String(),
  role: OneOf(roles),
  createdAt: Time,
  lastSeenAt: Nullable(Time),
  disabled: Type.Boolean(),
  hasPassword: Type.Boolean({ description: 'Without one, only tokens of this user sign in' }),
  elsewhere: Nullable(
    Type.Object(
      { issuer: Type.String(), subject: Type.String() },
      { description: 'Who the user is at the provider where they sign in; null: they sign in here' },
    ),
  ),
  groups: Type.Array(Type.String(), { description: 'There, at the last sign-in' }),
});
export type User = Static<typeof User>;

const UserName = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$' });
const Password = Type.String({ minLength: 10, maxLength: 500 });
const NameParams = Type.Object({ name: Type.String() });

export const grantRoles = ['process-owner', 'plugin-manager'] as const;

export const OwnerGrant = Type.Object({
  id: Type.String(),
  kind: OneOf(['user', 'group'] as const, { description: 'group: at the provider of sign-ins' }),
  holder: Type.String(),
  role: OneOf(roles),
  owner: Nullable(
    Type.String({ description: 'Component or template, * for any letters; null: processes that have none' }),
  ),
  createdAt: Time,
  createdBy: Type.String(),
});
export type OwnerGrant = Static<typeof OwnerGrant>;

export const userRoutes = {
  listUsers: route({
    method: 'GET',
    url: '/api/users',
    summary: 'Everybody who may sign in',
    permission: 'user-manage',
    reply: Type.Array(User),
  }),
  createUser: route({
    method: 'POST',
    url: '/api/users',
    summary: 'Add a user',
    permission: 'user-manage',
    body: Type.Object(
      { name: UserName, role: OneOf(roles), password: Type.Optional(Password) },
      { additionalProperties: false },
    ),
    reply: User,
    status: 201,
  }),
  changeUser: route({
    method: 'PATCH',
    url: '/api/users/:name',
    summary: 'Change role or password, or disable; sessions and tokens follow at once. The last admin stays',
    permission: 'user-manage',
    params: NameParams,
    body: Type.Object(
      {
        role: Type.Optional(OneOf(roles)),
        password: Type.Optional(Password),
        disabled: Type.Optional(Type.Boolean()),
        oldToolsPassword: Type.Optional(
          Nullable(
            Type.String({
              minLength: 10,
              maxLength: 500,
              description: 'For tools that speak HTTP Digest, good for the old API alone; null: none',
            }),
          ),
        ),
      },
      { additionalProperties: false },
    ),
    reply: User,
  }),
  linkUser: route({
    method: 'PUT',
    url: '/api/users/:name/elsewhere',
    summary: 'Say who a user is at the provider of sign-ins: they sign in there from now on, and have no password here',
    permission: 'user-manage',
    params: NameParams,
    body: Type.Object(
      {
        subject: Type.String({ minLength: 1, maxLength: 255, description: 'As the activity names a refused person' }),
        issuer: Type.Optional(
          Type.String({ minLength: 1, maxLength: 2000, description: 'Another than the configured' }),
        ),
      },
      { additionalProperties: false },
    ),
    reply: User,
  }),
  unlinkUser: route({
    method: 'DELETE',
    url: '/api/users/:name/elsewhere',
    summary: 'Let a user sign in here again: by tokens, until an admin gives them a password',
    permission: 'user-manage',
    params: NameParams,
    reply: User,
  }),
  listGrants: route({
    method: 'GET',
    url: '/api/grants',
    summary: 'Who has a role for the processes of some owners',
    permission: 'user-manage',
    reply: Type.Array(OwnerGrant),
  }),
  addGrant: route({
    method: 'POST',
    url: '/api/grants',
    summary: 'Give a user or a group a role for the processes of some owners, beside their role for all',
    permission: 'user-manage',
    body: Type.Object(
      {
        kind: OneOf(['user', 'group'] as const),
        holder: Type.String({ minLength: 1, maxLength: 300 }),
        role: OneOf(grantRoles),
        owner: Nullable(Type.String({ minLength: 1, maxLength: 300 })),
      },
      { additionalProperties: false },
    ),
    reply: OwnerGrant,
    status: 201,
  }),
  removeGrant: route({
    method: 'DELETE',
    url: '/api/grants/:id',
    summary: 'Take such a role back; it ends within a second',
    permission: 'user-manage',
    params: IdParams,
  }),
  deleteUser: route({
    method: 'DELETE',
    url: '/api/users/:name',
    summary: 'Remove a user with their tokens and sessions; what they did stays in the activity',
    permission: 'user-manage',
    params: NameParams,
  }),
};
