import { type Static, Type } from 'typebox';
import { roles } from './permission.ts';
import { Nullable, OneOf, route, Time } from './route.ts';

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
  deleteUser: route({
    method: 'DELETE',
    url: '/api/users/:name',
    summary: 'Remove a user with their tokens and sessions; what they did stays in the activity',
    permission: 'user-manage',
    params: NameParams,
  }),
};
