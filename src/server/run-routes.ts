import { createReadStream } from 'node:fs';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { AgentIdentity, Assignment, HeldStep, RunEvent, Runs, StepResult } from '../run/index.ts';
import { IdParams, OneOf, Open, route, Time } from './api/route.ts';
import { RunDetail, runRoutes } from './api/runs.ts';
import type { Handlers } from './handler.ts';
import { type MountOptions, mountRoutes } from './mount-routes.ts';

const StepParams = Type.Object({ id: Type.String({ maxLength: 300 }), step: Type.String({ maxLength: 500 }) });
const Fence = Type.Integer({ minimum: 0 });
const Identity = Type.Unsafe<AgentIdentity>(
  Type.Object({
    name: Type.String({ minLength: 1, maxLength: 200 }),
    instance: Type.String({ minLength: 1, maxLength: 100 }),
    labels: Type.Array(Type.String()),
    properties: Type.Record(Type.String(), Type.String()),
    slots: Type.Integer({ minimum: 1 }),
  }),
);

/** Following runs, beyond what the page's routes say. */
const followRoutes = {
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
      Type.Unsafe<RunEvent>(
        Type.Object({
          seq: Type.Integer(),
          at: Time,
          type: Type.String(),
          activity: Type.Union([Type.String(), Type.Null()]),
          detail: Type.Record(Type.String(), Type.Unknown()),
        }),
      ),
    ),
  }),
  resolveStep: route({
    method: 'POST',
    url: '/api/runs/:id/steps/:step/resolve',
    summary: 'Say what became of a step of which nobody knows whether it was done',
    permission: 'process-run',
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
  drainAgent: route({
    method: 'POST',
    url: '/api/agents/:id/drain',
    summary: 'Give an agent nothing new, or work again',
    permission: 'agent-work',
    params: IdParams,
    body: Type.Object({ draining: Type.Boolean() }, { additionalProperties: false }),
  }),
};

/** What agents on other machines call. */
const agentRoutes = {
  registerAgent: route({
    method: 'POST',
    url: '/api/agent/register',
    summary: 'An agent begins',
    permission: 'agent-work',
    perMinute: 100_000,
    body: Identity,
    reply: Type.Object({ heartbeatSeconds: Type.Number() }),
  }),
  claimSteps: route({
    method: 'POST',
    url: '/api/agent/claim',
    summary: 'Take steps to execute; waits for some',
    permission: 'agent-work',
    perMinute: 100_000,
    body: Type.Object({
      agent: Identity,
      count: Type.Integer({ minimum: 1, maximum: 1000 }),
      waitSeconds: Type.Number({ minimum: 0, maximum: 30 }),
    }),
    reply: Type.Array(Open<Assignment>('A step with its command and values')),
  }),
  startStep: route({
    method: 'POST',
    url: '/api/agent/steps/:id/start',
    summary: 'Confirm the lease before the command is started',
    permission: 'agent-work',
    perMinute: 100_000,
    params: IdParams,
    body: Type.Object({ fence: Fence }),
  }),
  releaseStep: route({
    method: 'POST',
    url: '/api/agent/steps/:id/release',
    summary: 'Give back a step that was not started',
    permission: 'agent-work',
    perMinute: 100_000,
    params: IdParams,
    body: Type.Object({ fence: Fence, reason: Type.String() }),
  }),
  agentHeartbeat: route({
    method: 'POST',
    url: '/api/agent/heartbeat',
    summary: 'Keep leases; learn what to stop',
    permission: 'agent-work',
    perMinute: 100_000,
    body: Type.Object({
      agent: Identity,
      held: Type.Array(Type.Unsafe<HeldStep>(Type.Object({ id: Type.String(), fence: Fence }))),
    }),
    reply: Type.Object({ cancel: Type.Array(Type.String()), lost: Type.Array(Type.String()) }),
  }),
  appendStepLog: route({
    method: 'POST',
    url: '/api/agent/steps/:id/log',
    summary: 'Add to a step’s log',
    permission: 'agent-work',
    perMinute: 100_000,
    params: IdParams,
    body: Type.Object({
      fence: Fence,
      offset: Type.Integer({ minimum: 0 }),
      data: Type.String({ maxLength: 700_000, description: 'Base64' }),
    }),
    reply: Type.Object({ size: Type.Integer(), cancel: Type.Boolean() }),
  }),
  appendStepArtefact: route({
    method: 'POST',
    url: '/api/agent/steps/:id/artefact',
    summary: 'Add to a file that a step left to be kept',
    permission: 'agent-work',
    perMinute: 100_000,
    params: IdParams,
    body: Type.Object({
      fence: Fence,
      digest: Type.String({ maxLength: 100, description: 'sha256 of the whole file' }),
      offset: Type.Integer({ minimum: 0 }),
      data: Type.String({ maxLength: 700_000, description: 'Base64' }),
    }),
    reply: Type.Object({ size: Type.Integer() }),
  }),
  completeStep: route({
    method: 'POST',
    url: '/api/agent/steps/:id/complete',
    summary: 'Bring back what came of a step; again is the same as once',
    permission: 'agent-work',
    perMinute: 100_000,
    params: IdParams,
    body: Type.Object({
      fence: Fence,
      result: Type.Unsafe<StepResult>(
        Type.Object({
          outcome: OneOf(['success', 'failure', 'cancelled'] as const),
          exitCode: Type.Union([Type.Integer(), Type.Null()]),
          outputs: Type.Record(Type.String(), Type.String()),
          secureOutputs: Type.Array(Type.String()),
          message: Type.Union([Type.String(), Type.Null()]),
          logBytes: Type.Integer(),
          artefacts: Type.Optional(
            Type.Array(Type.Object({ name: Type.String(), digest: Type.String(), size: Type.Integer({ minimum: 0 }) })),
          ),
        }),
      ),
    }),
  }),
  fetchAgentPlugin: route({
    method: 'GET',
    url: '/api/agent/plugins/:digest',
    summary: 'The packed plugin with this digest',
    permission: 'agent-work',
    perMinute: 100_000,
    params: Type.Object({ digest: Type.String({ maxLength: 200 }) }),
    streams: 'application/octet-stream',
  }),
};

export interface RunRouteOptions extends MountOptions {
  /** Aborted when the server begins to stop: waiting requests are answered. */
  readonly stopping: AbortSignal;
}

/** Puts runs, following and the agents' side into an application. */
export function mountRuns(app: FastifyInstance, runs: Runs, options: RunRouteOptions): void {
  mountRoutes(app, runRoutes, runHandlers(runs), options);
  mountRoutes(app, followRoutes, followHandlers(runs, options.stopping), options);
  mountRoutes(app, agentRoutes, agentHandlers(runs, options.stopping), options);
}

function runHandlers(runs: Runs): Handlers<typeof runRoutes> {
  return {
    requestForm: async ({ params }) => {
      const { pin, asks, problems } = await runs.form(params.id);
      return { processId: pin.processId, processName: pin.name, processVersion: pin.version, asks, problems };
    },
    startRun: async ({ body, actor }) =>
      runs.request({
        processId: body.process,
        by: actor.name,
        values: body.values ?? {},
        keep: body.keep ?? false,
        labels: body.labels ?? [],
      }),
    listRuns: async ({ query }) => runs.list(query),
    showRun: async ({ params }) => runs.show(params.id),
    readLog: async ({ params, query }) => runs.log(params.id, params.step, query.after),
    listArtefacts: async ({ params }) => runs.artefacts(params.id),
    readArtefact: async ({ params, reply }) => {
      const { file, name, size, digest } = await runs.artefact(params.id, params.name);
      // never shown as a page of ours, whatever a step left
      reply.header('content-disposition', `attachment; filename*=UTF-8''${asFileName(name)}`);
      reply.header('x-content-type-options', 'nosniff');
      reply.header('content-length', size).header('etag', `"${digest}"`);
      return createReadStream(file);
    },
    cancelRun: async ({ params, actor }) => runs.cancel(params.id, actor.name),
    retryRun: async ({ params, body, actor }) =>
      runs.retry(params.id, actor.name, body?.step ? [body.step] : undefined),
    completeTask: async ({ params, body, actor }) =>
      runs.answer(params.id, params.step, {
        by: actor.name,
        outcome: body.success ? 'success' : 'failure',
        values: { ...body.values, ...(body.comment === undefined ? {} : { comment: body.comment }) },
      }),
    listAgents: async () => runs.agents(),
  };
}

function followHandlers(runs: Runs, stopping: AbortSignal): Handlers<typeof followRoutes> {
  return {
    runHistory: async ({ params, query, reply }) => {
      const gone = goneWith(reply.raw, stopping);
      const change = query.wait ? runs.nextChange(params.id, query.wait * 1000, gone) : Promise.resolve();
      await runs.summary(params.id);
      const events = await runs.events(params.id, query.after);
      if (events.length > 0 || !query.wait) return events;
      await change;
      return runs.events(params.id, query.after);
    },
    resolveStep: async ({ params, body, actor }) =>
      runs.answer(params.id, params.step, { by: actor.name, outcome: body.answer }),
    sweepRuns: async ({ body }) => ({ swept: await runs.sweep(body) }),
    drainAgent: async ({ params, body }) => runs.setDraining(params.id, body.draining),
  };
}

function agentHandlers({ desk }: Runs, stopping: AbortSignal): Handlers<typeof agentRoutes> {
  return {
    registerAgent: async ({ body }) => desk.register(body),
    claimSteps: async ({ body, reply }) =>
      desk.claim(body.agent, body.count, body.waitSeconds, goneWith(reply.raw, stopping)),
    startStep: async ({ params, body }) => desk.start({ id: params.id, fence: body.fence }),
    releaseStep: async ({ params, body }) => desk.release({ id: params.id, fence: body.fence }, body.reason),
    agentHeartbeat: async ({ body }) => desk.heartbeat(body.agent, body.held),
    appendStepLog: async ({ params, body }) =>
      desk.appendLog({ id: params.id, fence: body.fence }, body.offset, Buffer.from(body.data, 'base64')),
    appendStepArtefact: async ({ params, body: { fence, digest, offset, data } }) =>
      desk.appendArtefact({ id: params.id, fence }, { digest, offset, bytes: Buffer.from(data, 'base64') }),
    completeStep: async ({ params, body }) => desk.complete({ id: params.id, fence: body.fence }, body.result),
    fetchAgentPlugin: async ({ params }) => Buffer.from(await desk.fetchPlugin(params.digest)),
  };
}

/** The last part of a name, as RFC 8187 wants it. */
function asFileName(name: string): string {
  const written = (sign: string): string => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(name.slice(name.lastIndexOf('/') + 1)).replace(/['()*]/g, written);
}

/** Aborted when whoever asked is gone, or the server stops. */
function goneWith(answer: NodeJS.EventEmitter, stopping: AbortSignal): AbortSignal {
  const gone = new AbortController();
  answer.once('close', () => gone.abort());
  return AbortSignal.any([gone.signal, stopping]);
}
