import { LockstepError } from '../../failure/index.ts';
import type { AgentIdentity, AgentPort, HeldStep } from '../agent/agent-port.ts';

/** The agents inside of servers; no token is for one. */
export const builtInPrefix = 'built-in@';

/** Whom somebody who calls from outside may speak for. */
export interface AgentCaller {
  /** Null: any agent but those inside of servers. */
  readonly agent: string | null;
  /** Labels that it may have; null: any. */
  readonly labels: readonly string[] | null;
}

/** The dispatcher for one caller: nobody takes, reports or learns in the name of another agent. */
export function boundDispatcher(dispatcher: AgentPort, caller: AgentCaller): AgentPort {
  const of = ({ id, fence }: HeldStep): HeldStep => ({
    id,
    fence,
    ...(caller.agent !== null && { agent: caller.agent }),
  });
  const admit = async (agent: AgentIdentity): Promise<AgentIdentity> => {
    refuseOthers(agent, caller);
    return agent;
  };
  return {
    ...dispatcher,
    register: async (agent) => dispatcher.register(await admit(agent)),
    leave: async (agent) => dispatcher.leave(await admit(agent)),
    claim: async (agent, count, waitSeconds, signal) =>
      dispatcher.claim(await admit(agent), count, waitSeconds, signal),
    start: (step) => dispatcher.start(of(step)),
    release: (step, reason) => dispatcher.release(of(step), reason),
    heartbeat: async (agent, held) => dispatcher.heartbeat(await admit(agent), held),
    appendLog: (step, offset, bytes) => dispatcher.appendLog(of(step), offset, bytes),
    appendArtefact: (step, piece) => dispatcher.appendArtefact(of(step), piece),
    complete: (step, result) => dispatcher.complete(of(step), result),
  };
}

function refuseOthers({ name, labels }: AgentIdentity, caller: AgentCaller): void {
  if (caller.agent !== null && name !== caller.agent)
    throw new LockstepError('not-allowed', `This token is for the agent "${caller.agent}", not for "${name}".`, {
      hint: `Start the agent with --name ${caller.agent}, or make a token for it: lockstep token create … --agent ${name}.`,
    });
  if (caller.agent === null && name.startsWith(builtInPrefix))
    throw new LockstepError('not-allowed', `"${name}" is the name of an agent inside of a server.`, {
      hint: 'Give this agent another name with --name.',
    });
  const more = caller.labels === null ? [] : labels.filter((label) => !caller.labels!.includes(label));
  if (more.length > 0)
    throw new LockstepError(
      'not-allowed',
      `This token is not for the ${more.length > 1 ? 'labels' : 'label'} ${more.join(', ')}.`,
      {
        hint: `Leave them out, or make a token for them: lockstep token create … --agent ${name} ${more.map((label) => `--label ${label}`).join(' ')}.`,
      },
    );
}
