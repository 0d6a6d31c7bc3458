import { Type } from 'typebox';
import { roles } from '../../api/permission.ts';
import { OneOf } from '../../api/route.ts';

/** The part of a configuration file that says where people sign in. */
export const OpenIdSchema = Type.Object(
  {
    issuer: Type.String({ minLength: 1, description: 'Address of the OpenID Connect provider, as it names itself' }),
    name: Type.Optional(
      Type.String({ minLength: 1, maxLength: 60, description: 'What the button says: Sign in with …' }),
    ),
    clientId: Type.String({ minLength: 1, description: 'What this server is called there' }),
    clientSecret: Type.Optional(Type.String({ minLength: 1, description: 'Better kept in a file or the environment' })),
    clientSecretFile: Type.Optional(Type.String({ minLength: 1, description: 'File that holds it' })),
    scopes: Type.Optional(Type.Array(Type.String({ minLength: 1 }), { description: 'Asked for, beside openid' })),
    nameClaim: Type.Optional(Type.String({ minLength: 1, description: 'Claim that names a new user' })),
    groupsClaim: Type.Optional(
      Type.String({ minLength: 1, description: 'Claim that lists the groups; dots lead into objects' }),
    ),
    roles: Type.Record(Type.String(), OneOf(roles), { description: 'Group → role; the greatest counts' }),
    everybody: Type.Optional(
      OneOf(roles, { description: 'Role of whoever has no such group; absent: none, and refused' }),
    ),
    sessionHours: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 336, description: 'After so long people sign in there again' }),
    ),
    tokenDays: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 365, description: 'Tokens of those who stayed away for longer rest' }),
    ),
  },
  { additionalProperties: false },
);
