import { type Static, Type } from 'typebox';
import { runStates, stepStates } from '../store/index-states.ts';
import { IdParams, Nullable, OneOf, Paged, PageQuery, Problem, route, Time } from './route.ts';

/** One thing a request asks for: a process property, or a required step property without a value [PROP-3]. */
export const AskedValue = Type.Object({
  name: Type.String({ description: 'As `--set` takes it' }),
  label: Type.String(),
  description: Type.String(),
  type: OneOf(['text', 'long-text', 'secure', 'check-box', 'choice', 'several-choices'] as const),
  required: Type.Boolean(),
  default: Nullable(Type.String()),
  choices: Type.Array(Type.Object({ value: Type.String(), label: Type.String() })),
  /** The step that needs it; null for a process property. */
  activity: Nullable(Type.String()),
  stepType: Nullable(Type.String()),
});
export type AskedValue = Static<typeof AskedValue>;

export const RequestForm = Type.Object({
  processId: Type.String(),
  processName: Type.String(),
  processVersion: Type.Integer(),
  asks: Type.Array(AskedValue),
  problems: Type.Array(Problem, { description: 'What would make it fail, such as a plugin version that is missing' }),
});
export type RequestForm = Static<typeof RequestForm>;

export const RunSummary = Type.Object({
  id: Type.String(),
  processId: Type.String(),
  processName: Type.String(),
  processVersion: Type.Integer(),
  state: OneOf(runStates),
  requestedBy: Type.String(),
  requestedAt: Time,
  startedAt: Nullable(Time),
  endedAt: Nullable(Time),
  steps: Type.Integer(),
  stepsDone: Type.Integer(),
  reason: Nullable(Type.String({ description: 'Why it failed' })),
});
export type RunSummary = Static<typeof RunSummary>;

export const RunStep = Type.Object({
  id: Type.String(),
  /** Child indexes of the activity in its process, so that the graph can be coloured. */
  path: Type.Array(Type.Integer()),
  activity: Type.String(),
  type: Type.String(),
  stepType: Nullable(Type.String()),
  pluginId: Nullable(Type.String()),
  pluginVersion: Nullable(Type.Integer()),
  /** Which turn of an iterator, such as `[2]`; empty outside of one. */
  turn: Type.String(),
  attempt: Type.Integer(),
  state: OneOf(stepStates),
  agent: Nullable(Type.String()),
  startedAt: Nullable(Time),
  endedAt: Nullable(Time),
  exitCode: Nullable(Type.Integer()),
  outputs: Type.Record(Type.String(), Type.String(), { description: 'Secure values are masked' }),
  reason: Nullable(Type.String()),
  logBytes: Type.Integer(),
});
export type RunStep = Static<typeof RunStep>;

const RunWaits = Type.Object(
  {
    steps: Type.Array(Type.String()),
    labels: Type.Array(Type.String(), { description: 'That no agent at work has; none: no agent is at work' }),
  },
  { description: 'Steps that no agent takes' },
);

export const RunDetail = Type.Object({
  ...RunSummary.properties,
  waits: Nullable(RunWaits),
  stepList: Type.Array(RunStep),
});
export type RunDetail = Static<typeof RunDetail>;

export const LogPart = Type.Object({
  text: Type.String(),
  next: Type.Integer({ description: 'Offset in bytes to ask for next' }),
  complete: Type.Boolean({ description: 'The step has ended and this is the end of its log' }),
});
export type LogPart = Static<typeof LogPart>;

const RunArtefact = Type.Object({
  name: Type.String({ description: 'The activity and the file: Build/reports/tests.html' }),
  activity: Type.String(),
  attempt: Type.Integer(),
  digest: Type.String({ description: 'sha256' }),
  size: Type.Integer(),
  keptAt: Time,
});

const StepParams = Type.Object({ id: Type.String({ maxLength: 300 }), step: Type.String({ maxLength: 500 }) });

export const runRoutes = {
  requestForm: route({
    method: 'GET',
    url: '/api/processes/:id/request',
    summary: 'What a request of this process asks for',
    permission: 'read',
    params: IdParams,
    reply: RequestForm,
  }),
  startRun: route({
    method: 'POST',
    url: '/api/runs',
    summary: 'Request a process; missing values are one error that lists them all',
    permission: 'process-run',
    byOwner: true,
    body: Type.Object(
      {
        process: Type.String({ description: 'Process id' }),
        values: Type.Optional(Type.Record(Type.String(), Type.String())),
        keep: Type.Optional(Type.Boolean({ description: 'Keep the answers in the process as its values' })),
        labels: Type.Optional(Type.Array(Type.String(), { description: 'Agents that may do it' })),
      },
      { additionalProperties: false },
    ),
    reply: RunSummary,
    status: 201,
  }),
  listRuns: route({
    method: 'GET',
    url: '/api/runs',
    summary: 'Runs, newest first',
    permission: 'read',
    query: Type.Object({
      process: Type.Optional(Type.String()),
      state: Type.Optional(OneOf(runStates)),
      ...PageQuery,
    }),
    reply: Paged(RunSummary),
  }),
  showRun: route({
    method: 'GET',
    url: '/api/runs/:id',
    summary: 'One run with its steps',
    permission: 'read',
    params: IdParams,
    reply: RunDetail,
  }),
  readLog: route({
    method: 'GET',
    url: '/api/runs/:id/steps/:step/log',
    summary: 'A part of a step’s log; secure values are masked',
    permission: 'read',
    params: Type.Object({ id: Type.String(), step: Type.String() }),
    query: Type.Object({ after: Type.Optional(Type.Integer({ minimum: 0 })) }),
    reply: LogPart,
  }),
  listArtefacts: route({
    method: 'GET',
    url: '/api/runs/:id/artefacts',
    summary: 'Files that the steps of a run left to be kept',
    permission: 'read',
    params: IdParams,
    reply: Type.Array(RunArtefact),
  }),
  readArtefact: route({
    method: 'GET',
    url: '/api/runs/:id/artefacts/:name',
    summary: 'One of those files, as its step left it',
    permission: 'read',
    params: Type.Object({ id: Type.String({ maxLength: 300 }), name: Type.String({ maxLength: 1000 }) }),
    streams: 'application/octet-stream',
  }),
  cancelRun: route({
    method: 'POST',
    url: '/api/runs/:id/cancel',
    summary: 'Stop a run',
    permission: 'process-run',
    byOwner: true,
    params: IdParams,
    reply: RunSummary,
  }),
  retryRun: route({
    method: 'POST',
    url: '/api/runs/:id/retry',
    summary: 'Go on from the failed steps, or from those that are named',
    permission: 'process-run',
    byOwner: true,
    params: IdParams,
    body: Type.Optional(
      Type.Object(
        { step: Type.Optional(Type.String()), steps: Type.Optional(Type.Array(Type.String())) },
        { additionalProperties: false },
      ),
    ),
    reply: RunSummary,
  }),
  completeTask: route({
    method: 'POST',
    url: '/api/runs/:id/steps/:step/complete',
    summary: 'Do a manual task: it succeeded or failed',
    permission: 'process-run',
    byOwner: true,
    params: Type.Object({ id: Type.String(), step: Type.String() }),
    body: Type.Object(
      {
        success: Type.Boolean(),
        comment: Type.Optional(Type.String()),
        values: Type.Optional(Type.Record(Type.String(), Type.String())),
      },
      { additionalProperties: false },
    ),
    reply: RunDetail,
  }),

  runHistory: route({
    method: 'GET',
    url: '/api/runs/:id/history',
    summary: 'What happened in a run, in order; waits for more when `wait` is given',
    permission: 'read',
    params: IdParams,
    query: Type.Object({
      after: Type.Optional(Type.Integer({ minimum: 0 })),
      wait: Type.Optional(Type.Number({ minimum: 0, maximum: 30, description: 'Seconds' })),
    }),
    reply: Type.Array(
      Type.Object({
        seq: Type.Integer(),
        at: Time,
        type: Type.String(),
        activity: Type.Union([Type.String(), Type.Null()]),
        detail: Type.Record(Type.String(), Type.Unknown()),
      }),
    ),
  }),
  resolveStep: route({
    method: 'POST',
    url: '/api/runs/:id/steps/:step/resolve',
    summary: 'Say what became of a step of which nobody knows whether it was done',
    permission: 'process-run',
    byOwner: true,
    params: StepParams,
    body: Type.Object({ answer: OneOf(['repeat', 'success', 'failure'] as const) }, { additionalProperties: false }),
    reply: RunDetail,
  }),
  sweepRuns: route({
    method: 'POST',
    url: '/api/runs/sweep',
    summary: 'Delete old ended runs with their history and logs',
    permission: 'settings-edit',
    body: Type.Object(
      {
        days: Type.Integer({ minimum: 0, description: 'Older than this' }),
        keep: Type.Integer({ minimum: 0, description: 'So many of each process stay' }),
      },
      { additionalProperties: false },
    ),
    reply: Type.Object({ swept: Type.Integer() }),
  }),
};
