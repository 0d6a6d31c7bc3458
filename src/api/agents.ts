import { type Static, Type } from 'typebox';
import { agentStates } from '../store/index-states.ts';
import { IdParams, Nullable, OneOf, Open, route, Time } from './route.ts';

const Fence = Type.Integer({ minimum: 0 });
const Identity = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 200 }),
  instance: Type.String({ minLength: 1, maxLength: 100 }),
  host: Type.String({ maxLength: 300, description: 'Its machine' }),
  home: Type.String({ maxLength: 100, description: 'The number of its folder' }),
  boot: Type.String({ maxLength: 100, description: 'The start of its machine' }),
  labels: Type.Array(Type.String()),
  properties: Type.Record(Type.String(), Type.String()),
  slots: Type.Integer({ minimum: 1 }),
});

export const Agent = Type.Object({
  id: Type.String(),
  name: Type.String(),
  labels: Type.Array(Type.String()),
  state: OneOf(agentStates),
  host: Type.String({ description: 'Its machine' }),
  since: Type.String({ description: 'When it began to work' }),
  lastSeenAt: Nullable(Time),
  running: Type.Integer(),
});

export type Agent = Static<typeof Agent>;

/** Agents: what people see and decide, and what agents on other machines call. */
export const agentRoutes = {
  listAgents: route({
    method: 'GET',
    url: '/api/agents',
    summary: 'Agents and what they do',
    permission: 'read',
    reply: Type.Array(Agent),
  }),
  drainAgent: route({
    method: 'POST',
    url: '/api/agents/:id/drain',
    summary: 'Give an agent nothing new, or work again',
    permission: 'agent-work',
    params: IdParams,
    body: Type.Object({ draining: Type.Boolean() }, { additionalProperties: false }),
  }),
  registerAgent: route({
    method: 'POST',
    url: '/api/agent/register',
    summary: 'An agent begins',
    permission: 'agent-work',
    perMinute: 100_000,
    body: Identity,
    reply: Type.Object({ heartbeatSeconds: Type.Number() }),
  }),
  agentSelf: route({
    method: 'GET',
    url: '/api/agent/self',
    summary: 'The agent that this token is for, and the labels that it may have',
    permission: 'agent-work',
    perMinute: 100_000,
    reply: Type.Object({ agent: Nullable(Type.String()), labels: Type.Array(Type.String()) }),
  }),
  leaveAgent: route({
    method: 'POST',
    url: '/api/agent/leave',
    summary: 'An agent ends',
    permission: 'agent-work',
    perMinute: 100_000,
    body: Identity,
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
    reply: Type.Array(Open<object>('A step with its command and values')),
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
      held: Type.Array(Type.Object({ id: Type.String(), fence: Fence })),
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
      result: Type.Object({
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
