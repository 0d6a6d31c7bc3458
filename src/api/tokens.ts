import { type Static, Type } from 'typebox';
import { permissions } from './permission.ts';
import { IdParams, Nullable, OneOf, route, Time } from './route.ts';

export const Token = Type.Object({
  id: Type.String({ description: 'Public; the secret is shown once, when the token is made' }),
  user: Type.String(),
  label: Type.String(),
  scopes: Nullable(Type.Array(OneOf(permissions))),
  agent: Nullable(Type.String({ description: 'The agent that it is for' })),
  labels: Type.Array(Type.String(), { description: 'Labels that this agent may have' }),
  createdAt: Time,
  expiresAt: Nullable(Time),
  lastUsedAt: Nullable(Time),
});
export type Token = Static<typeof Token>;

export const CreatedToken = Type.Object({
  ...Token.properties,
  secret: Type.String({ description: 'Shown once; only its digest is kept' }),
});
export type CreatedToken = Static<typeof CreatedToken>;

export const tokenRoutes = {
  listTokens: route({
    method: 'GET',
    url: '/api/tokens',
    summary: 'One’s own tokens; an admin sees everyone’s with `all`',
    permission: 'own-account',
    query: Type.Object({ all: Type.Optional(Type.Boolean()) }),
    reply: Type.Array(Token),
  }),
  createToken: route({
    method: 'POST',
    url: '/api/tokens',
    summary: 'Make a token for oneself (an admin: for anyone) that may do what its user may, or only its scopes',
    permission: 'own-account',
    body: Type.Object(
      {
        label: Type.String({ minLength: 1, maxLength: 200 }),
        user: Type.Optional(Type.String()),
        scopes: Type.Optional(Nullable(Type.Array(OneOf(permissions)))),
        agent: Type.Optional(
          Type.String({ minLength: 1, maxLength: 200, description: 'The agent that works with it, and no other' }),
        ),
        labels: Type.Optional(
          Type.Array(Type.String({ minLength: 1 }), { description: 'Labels that this agent may have' }),
        ),
        days: Type.Optional(
          Nullable(Type.Integer({ minimum: 1, maximum: 3650, description: '90 unless given; null: no end' })),
        ),
      },
      { additionalProperties: false },
    ),
    reply: CreatedToken,
    status: 201,
  }),
  revokeToken: route({
    method: 'DELETE',
    url: '/api/tokens/:id',
    summary: 'Revoke a token at once',
    permission: 'own-account',
    params: IdParams,
  }),
};
