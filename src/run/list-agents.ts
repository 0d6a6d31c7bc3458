import { LockstepError } from '../failure/index.ts';
import type { RunAgentTable } from '../store/index.ts';
import type { AgentState } from '../store/index-states.ts';
import { isAlive } from './dispatch/register-agent.ts';
import { isOpen } from './engine/open-steps.ts';
import type { Engine } from './engine.ts';

export interface AgentView {
  readonly id: string;
  readonly name: string;
  readonly labels: readonly string[];
  readonly state: AgentState;
  /** Its machine, and since when it works. */
  readonly host: string;
  readonly since: string;
  readonly lastSeenAt: string;
  readonly running: number;
}

export async function listAgents(engine: Engine): Promise<AgentView[]> {
  const { store } = engine.options;
  const rows = await store.db.selectFrom('run_agent').selectAll().orderBy('name').execute();
  const counts = await store.db
    .selectFrom('run_step')
    .select((of) => ['agent', of.fn.countAll<number>().as('count')])
    .where(isOpen)
    .where('state', 'in', ['claimed', 'running'])
    .groupBy('agent')
    .execute();
  return rows.map((row) => ({
    id: row.name,
    name: row.name,
    labels: JSON.parse(row.labels) as string[],
    state: stateOf(engine, row),
    host: row.host,
    since: row.registered_at,
    lastSeenAt: row.last_seen_at,
    running: Number(counts.find(({ agent }) => agent === row.name)?.count ?? 0),
  }));
}

function stateOf(engine: Engine, row: RunAgentTable): AgentState {
  if (row.instance === '') return 'stopped';
  if (!isAlive({ engine, leaseSeconds: engine.options.leaseSeconds }, row)) return 'lost';
  return Number(row.draining) ? 'draining' : 'online';
}

/** A draining agent is given nothing new. */
export async function setDraining(engine: Engine, name: string, draining: boolean): Promise<void> {
  const changed = await engine.options.store.db
    .updateTable('run_agent')
    .set({ draining: draining ? 1 : 0 })
    .where('name', '=', name)
    .executeTakeFirst();
  if (Number(changed.numUpdatedRows) === 0)
    throw new LockstepError('agent-not-found', `No agent is named "${name}".`, {
      hint: '`lockstep agent list` shows them.',
    });
  engine.signals.emit('work');
}
