import type { agentRoutes } from '../../api/agents.ts';
import type { AgentPort, Runs } from '../../run/index.ts';
import type { Actor } from '../accounts/actor.ts';
import type { Acts } from '../act.ts';

/** What agents ask and people decide about them. `stopping`: agents that wait for work are answered. */
export function agentActs(runs: Runs, stopping: AbortSignal): Acts<typeof agentRoutes> {
  const dispatcherOf = ({ agent }: Actor): AgentPort =>
    runs.dispatcherFor({ agent: agent?.name ?? null, labels: agent?.labels ?? null });
  return {
    listAgents: async () => runs.agents(),
    drainAgent: async ({ params, body }) => runs.setDraining(params.id, body.draining),
    registerAgent: async ({ body, actor }) => dispatcherOf(actor).register(body),
    agentSelf: async ({ actor: { agent } }) => ({ agent: agent?.name ?? null, labels: [...(agent?.labels ?? [])] }),
    leaveAgent: async ({ body, actor }) => dispatcherOf(actor).leave(body),
    claimSteps: async ({ body, gone, actor }) => [
      ...(await dispatcherOf(actor).claim(body.agent, body.count, body.waitSeconds, AbortSignal.any([gone, stopping]))),
    ],
    startStep: async ({ params, body, actor }) => dispatcherOf(actor).start({ id: params.id, fence: body.fence }),
    releaseStep: async ({ params, body, actor }) =>
      dispatcherOf(actor).release({ id: params.id, fence: body.fence }, body.reason),
    agentHeartbeat: async ({ body, actor }) => dispatcherOf(actor).heartbeat(body.agent, body.held),
    appendStepLog: async ({ params, body, actor }) =>
      dispatcherOf(actor).appendLog(
        { id: params.id, fence: body.fence },
        body.offset,
        Buffer.from(body.data, 'base64'),
      ),
    appendStepArtefact: async ({ params, body: { fence, digest, offset, data }, actor }) =>
      dispatcherOf(actor).appendArtefact(
        { id: params.id, fence },
        { digest, offset, bytes: Buffer.from(data, 'base64') },
      ),
    completeStep: async ({ params, body, actor }) =>
      void (await dispatcherOf(actor).complete({ id: params.id, fence: body.fence }, body.result)),
    fetchAgentPlugin: async ({ params }) => ({
      content: Buffer.from(await runs.dispatcher.fetchPlugin(params.digest)),
    }),
  };
}
