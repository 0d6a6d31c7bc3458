import type { agentRoutes } from '../../api/agents.ts';
import type { Runs } from '../../run/index.ts';
import type { Acts } from '../act.ts';

/** What agents ask and people decide about them. `stopping`: agents that wait for work are answered. */
export function agentActs(runs: Runs, stopping: AbortSignal): Acts<typeof agentRoutes> {
  const { desk } = runs;
  return {
    listAgents: async () => runs.agents(),
    drainAgent: async ({ params, body }) => runs.setDraining(params.id, body.draining),
    registerAgent: async ({ body }) => desk.register(body),
    claimSteps: async ({ body, gone }) => [
      ...(await desk.claim(body.agent, body.count, body.waitSeconds, AbortSignal.any([gone, stopping]))),
    ],
    startStep: async ({ params, body }) => desk.start({ id: params.id, fence: body.fence }),
    releaseStep: async ({ params, body }) => desk.release({ id: params.id, fence: body.fence }, body.reason),
    agentHeartbeat: async ({ body }) => desk.heartbeat(body.agent, body.held),
    appendStepLog: async ({ params, body }) =>
      desk.appendLog({ id: params.id, fence: body.fence }, body.offset, Buffer.from(body.data, 'base64')),
    appendStepArtefact: async ({ params, body: { fence, digest, offset, data } }) =>
      desk.appendArtefact({ id: params.id, fence }, { digest, offset, bytes: Buffer.from(data, 'base64') }),
    completeStep: async ({ params, body }) =>
      void (await desk.complete({ id: params.id, fence: body.fence }, body.result)),
    fetchAgentPlugin: async ({ params }) => ({ content: Buffer.from(await desk.fetchPlugin(params.digest)) }),
  };
}
