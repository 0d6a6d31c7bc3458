import { type Static, Type } from 'typebox';
import { IdParams, Nullable, OneOf, route, Time } from './route.ts';

export const operationStates = ['waiting', 'progress', 'success', 'fail'] as const;

/** A part of an operation, such as the download within an install. */
const SubOperation = Type.Object({
  label: Type.String(),
  state: OneOf(operationStates),
  current: Nullable(Type.Number()),
  end: Nullable(Type.Number()),
});

/** Long work that can be watched: each change of it is an `operation` event. */
export const Operation = Type.Object({
  id: Type.String(),
  kind: Type.String({ description: 'update, install, upgrade, uninstall, reload, plan, apply, undo, import, …' }),
  subject: Nullable(Type.String({ description: 'What it works on: a plugin or plan id' })),
  label: Type.String(),
  state: OneOf(operationStates),
  current: Nullable(Type.Number()),
  end: Nullable(Type.Number()),
  sub: Type.Array(SubOperation),
  reason: Nullable(
    Type.Object(
      { code: Type.String(), message: Type.String(), hint: Nullable(Type.String()) },
      {
        description: 'Why it failed',
      },
    ),
  ),
  result: Type.Unknown({ description: 'What it brought about, by kind; null while it works' }),
  by: Type.String(),
  startedAt: Time,
  endedAt: Nullable(Time),
});
export type Operation = Static<typeof Operation>;

export const operationRoutes = {
  listOperations: route({
    method: 'GET',
    url: '/api/operations',
    summary: 'Operations of this server, newest first',
    permission: 'read',
    reply: Type.Array(Operation),
  }),
  showOperation: route({
    method: 'GET',
    url: '/api/operations/:id',
    summary: 'One operation; with `wait`, answered when it has ended or that many seconds have passed',
    permission: 'read',
    params: IdParams,
    query: Type.Object({ wait: Type.Optional(Type.Number({ minimum: 0, maximum: 60 })) }),
    reply: Operation,
  }),
  cancelOperation: route({
    method: 'DELETE',
    url: '/api/operations/:id',
    summary: 'Ask an operation to stop at the next safe point; an ended one is forgotten',
    permission: 'plugin-manage',
    params: IdParams,
  }),
};
