import { type Static, Type } from 'typebox';
import { Nullable, OneOf, Paged, PageQuery, route, Time } from './route.ts';
import { subjectKinds } from './subject-kinds.ts';

/** Who did what to which thing. */
export const Activity = Type.Object({
  id: Type.String(),
  at: Time,
  by: Type.String(),
  action: Type.String({ description: 'Such as plugin.install, plan.apply, process.save, token.create' }),
  subjectKind: OneOf(subjectKinds),
  subject: Type.String({ description: 'Id of the thing, to link to' }),
  name: Type.String({ description: 'What the thing was called then' }),
  details: Type.Record(
    Type.String(),
    Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Array(Type.String())]),
    { description: 'What else is known of the act, such as from, to, version, why' },
  ),
  text: Type.String({ description: 'All of it as an English sentence' }),
  succeeded: Type.Boolean(),
  reason: Nullable(Type.String()),
});
export type Activity = Static<typeof Activity>;

export const activityRoutes = {
  listActivity: route({
    method: 'GET',
    url: '/api/activity',
    summary: 'Who did what, newest first',
    permission: 'read',
    query: Type.Object({
      by: Type.Optional(Type.String()),
      action: Type.Optional(Type.String({ description: 'An action or its first part, such as plan' })),
      subjectKind: Type.Optional(OneOf(subjectKinds)),
      subject: Type.Optional(Type.String()),
      since: Type.Optional(Time),
      until: Type.Optional(Time),
      ...PageQuery,
    }),
    reply: Paged(Activity),
  }),
};
