import { type Static, Type } from 'typebox';
import { IdParams, Nullable, OneOf, route, Time } from './route.ts';

const FailureRate = Type.Object({
  of: OneOf(['processes', 'runs'] as const, {
    description: 'Processes that could not be carried over, or runs of processes that were',
  }),
  failed: Type.Integer(),
  total: Type.Integer(),
});
/** A share between 0 and 1. */
export const Share = Type.Number({ minimum: 0, maximum: 1 });
export const Label = Type.String({ minLength: 1, maxLength: 200 });

export const PlanCourse = Type.Object({
  wave: Nullable(Type.String({ description: 'The part that is applied now, or was last; null: every process' })),
  stopAbove: Nullable(Type.Number({ description: 'Share of failures above which it pauses by itself' })),
  pause: Nullable(
    Type.Object({
      why: OneOf(['asked', 'failures', 'wave-done'] as const),
      at: Time,
      by: Type.String(),
      rate: Nullable(FailureRate),
    }),
  ),
});
export type PlanCourse = Static<typeof PlanCourse>;

export const PlanWaves = Type.Object({
  waves: Type.Array(
    Type.Object({
      wave: Nullable(Type.String({ description: 'null: what was applied without one, or waits' })),
      processes: Type.Object({
        applied: Type.Integer(),
        skipped: Type.Integer({ description: 'Nothing was left to change' }),
        open: Type.Integer({ description: 'Edited since planning and asking something new' }),
        pending: Type.Integer(),
        undone: Type.Integer(),
        conflict: Type.Integer(),
      }),
      runs: Type.Object({ succeeded: Type.Integer(), failed: Type.Integer() }),
    }),
  ),
  rates: Type.Array(FailureRate, { description: 'Of the whole plan so far' }),
  labels: Type.Array(Type.Object({ label: Type.String(), processes: Type.Integer(), pending: Type.Integer() }), {
    description: 'By which a part can be chosen',
  }),
});
export type PlanWaves = Static<typeof PlanWaves>;

export const waveRoutes = {
  showWaves: route({
    method: 'GET',
    url: '/api/plans/:id/waves',
    summary: 'What became of each wave of a plan, how its processes have run since, and which labels there are',
    permission: 'read',
    params: IdParams,
    reply: PlanWaves,
  }),
  labelProcess: route({
    method: 'PUT',
    url: '/api/processes/:id/labels',
    summary: 'Give a process, named by id or name, exactly these labels, by which waves choose',
    permission: 'process-edit',
    byOwner: true,
    params: IdParams,
    body: Type.Object({ labels: Type.Array(Label, { maxItems: 100 }) }, { additionalProperties: false }),
    reply: Type.Object({ id: Type.String(), name: Type.String(), labels: Type.Array(Type.String()) }),
  }),
};
