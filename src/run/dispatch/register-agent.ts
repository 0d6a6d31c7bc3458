import { LockstepError } from '../../failure/index.ts';
import type { RunAgentTable } from '../../store/index.ts';
import type { AgentIdentity } from '../agent/agent-port.ts';
import { agentHeard } from '../engine/heard.ts';
import { expireLeases } from '../run-upkeep.ts';
import type { Dispatcher } from './dispatcher.ts';

/**
 * Puts an agent under its name. While another one lives under it, it is refused: a name is no identity. The one that was started
 * anew from the same folder on the same machine is let in at once, since its folder's lock shows that the former is gone.
 */
export async function registerAgent(
  dispatcher: Dispatcher,
  agent: AgentIdentity,
): Promise<{ heartbeatSeconds: number }> {
  const { engine, leaseSeconds } = dispatcher;
  const at = dispatcher.time();
  const row = {
    instance: agent.instance,
    host: agent.host,
    home: agent.home,
    boot: agent.boot,
    labels: JSON.stringify(agent.labels),
    properties: JSON.stringify(Object.keys(agent.properties)),
    slots: agent.slots,
    last_seen_at: at,
    registered_at: at,
  };
  await engine.options.store.transaction(async ({ db }) => {
    const former = await db.selectFrom('run_agent').selectAll().where('name', '=', agent.name).executeTakeFirst();
    if (former && former.instance !== agent.instance && isAlive(dispatcher, former) && !isSameAnew(former, agent))
      throw nameTaken(former, former.home === agent.home);
    await db
      .insertInto('run_agent')
      .values({ name: agent.name, draining: 0, ...row })
      .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
      .execute();
    if (former?.instance === agent.instance) return;
    // what its former instance did is not being done any more
    await db
      .updateTable('run_step')
      .set({ lease_until: '' })
      .where('agent', '=', agent.name)
      .where('state', 'in', ['claimed', 'running'])
      .execute();
    if (former) engine.options.heard.forget(agentHeard(agent.name, former.instance));
  });
  engine.options.heard.note(agentHeard(agent.name, agent.instance));
  await expireLeases(engine);
  return { heartbeatSeconds: leaseSeconds / 3 };
}

/** An agent that has ended in order is not waited for. */
export async function leave({ engine }: Dispatcher, agent: AgentIdentity): Promise<void> {
  await engine.options.store.db
    .updateTable('run_agent')
    .set({ instance: '' })
    .where('name', '=', agent.name)
    .where('instance', '=', agent.instance)
    .execute();
  engine.options.heard.forget(agentHeard(agent.name, agent.instance));
}

/** Heard within a lease, by this process's own clock or by the one that the servers share. */
export function isAlive(
  { engine, leaseSeconds }: Pick<Dispatcher, 'engine' | 'leaseSeconds'>,
  agent: Pick<RunAgentTable, 'name' | 'instance' | 'last_seen_at'>,
): boolean {
  if (agent.instance === '') return false;
  if (engine.options.heard.recently(agentHeard(agent.name, agent.instance))) return true;
  // a clock that was set back makes nobody immortal
  return Math.abs(engine.options.now().getTime() - Date.parse(agent.last_seen_at)) <= leaseSeconds * 1000;
}

function isSameAnew(former: RunAgentTable, agent: AgentIdentity): boolean {
  if (former.home !== agent.home || former.boot !== agent.boot || agent.boot === '') return false;
  // what one that is dead sent may arrive after its successor has begun
  return !(lifeOf(agent.instance) < lifeOf(former.instance));
}

/** NaN where an older agent does not tell. */
function lifeOf(instance: string): number {
  return Number(/^(\d+)\./.exec(instance)?.[1]);
}

function nameTaken({ name, host, registered_at: since }: RunAgentTable, sameHome: boolean): LockstepError {
  return new LockstepError(
    'agent-name-taken',
    `An agent "${name}" works already, on ${host || 'another machine'} since ${since}.`,
    {
      hint: 'Give this one another name with --name, or stop that one first.',
      data: { agent: name, host, since, sameHome },
    },
  );
}

export function superseded({ name, host, registered_at: since }: RunAgentTable): LockstepError {
  return new LockstepError(
    'agent-superseded',
    `Another agent works under the name "${name}" now, on ${host || 'another machine'} since ${since}.`,
    { hint: 'This one is given nothing more. Start it with a --name of its own.', data: { agent: name, host, since } },
  );
}
