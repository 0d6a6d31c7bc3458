import type { RunStepTable } from '../../store/index.ts';
import type { AgentIdentity, Heartbeat, HeldStep } from '../agent/agent-port.ts';
import { agentHeard, stepHeard } from '../engine/heard.ts';
import { appendHistory } from '../engine/run-history.ts';
import { writeAt } from '../write-at.ts';
import { type Dispatcher, logFileOf, longestLog, lost } from './dispatcher.ts';
import { registerAgent, superseded } from './register-agent.ts';

export function startedEvent(row: Pick<RunStepTable, 'step_id' | 'activity' | 'agent' | 'attempt'>) {
  return {
    type: 'step-started',
    activity: row.activity,
    agent: row.agent,
    attempt: Number(row.attempt),
    step: row.step_id,
  };
}

export async function startStep(dispatcher: Dispatcher, { id, fence, agent }: HeldStep): Promise<void> {
  const { store } = dispatcher.engine.options;
  const runId = await store.transaction(async (tx) => {
    const at = dispatcher.time();
    const row = await tx.db
      .updateTable('run_step')
      .set({ state: 'running', started_at: at, lease_until: dispatcher.leaseEnd() })
      .where('step_id', '=', id)
      .where('fence', '=', fence)
      .where('state', 'in', ['claimed', 'running'])
      .where('cancel', '=', 0)
      .$if(agent !== undefined, (of) => of.where('agent', '=', agent!))
      .returning(['run_id', 'activity', 'agent', 'attempt'])
      .executeTakeFirst();
    if (!row) return null;
    await appendHistory(tx, row.run_id, [startedEvent({ ...row, step_id: id })], at);
    return row.run_id;
  });
  if (runId === null) throw lost(id);
  dispatcher.engine.options.heard.note(stepHeard(id, fence));
  dispatcher.engine.signals.emit('changed', runId);
}

export async function releaseStep(
  dispatcher: Dispatcher,
  { id, fence, agent }: HeldStep,
  reason: string,
): Promise<void> {
  const { store } = dispatcher.engine.options;
  await store.transaction(async (tx) => {
    const row = await tx.db
      .updateTable('run_step')
      .set({ state: 'ready', agent: null, lease_until: null })
      .where('step_id', '=', id)
      .where('fence', '=', fence)
      .where('state', '=', 'claimed')
      .where('cancel', '=', 0)
      .$if(agent !== undefined, (of) => of.where('agent', '=', agent!))
      .returning(['run_id', 'activity'])
      .executeTakeFirst();
    if (row)
      await appendHistory(
        tx,
        row.run_id,
        [{ type: 'step-given-back', activity: row.activity, reason }],
        dispatcher.time(),
      );
  });
  dispatcher.engine.signals.emit('work');
}

export async function heartbeat(
  dispatcher: Dispatcher,
  agent: AgentIdentity,
  held: readonly HeldStep[],
): Promise<Heartbeat> {
  const { store, heard } = dispatcher.engine.options;
  const beat = await store.transaction(async ({ db }) => {
    const seen = await db
      .updateTable('run_agent')
      .set({ last_seen_at: dispatcher.time() })
      .where('name', '=', agent.name)
      .where('instance', '=', agent.instance)
      .executeTakeFirst();
    if (Number(seen.numUpdatedRows) === 0) {
      const other = await db.selectFrom('run_agent').selectAll().where('name', '=', agent.name).executeTakeFirst();
      if (other) throw superseded(other);
      return null;
    }
    const cancel: string[] = [];
    const gone: string[] = [];
    for (const { id, fence } of held) {
      const row = await db
        .updateTable('run_step')
        .set({ lease_until: dispatcher.leaseEnd() })
        .where('step_id', '=', id)
        .where('fence', '=', fence)
        .where('agent', '=', agent.name)
        .where('state', 'in', ['claimed', 'running'])
        .returning('cancel')
        .executeTakeFirst();
      if (!row) gone.push(id);
      else if (row.cancel) cancel.push(id);
      if (row) heard.note(stepHeard(id, fence));
    }
    return { cancel, lost: gone };
  });
  heard.note(agentHeard(agent.name, agent.instance));
  if (beat) return beat;
  // the server forgot it, after a restored backup for instance
  await registerAgent(dispatcher, agent);
  return heartbeat(dispatcher, agent, held);
}

/** The step that is held with this fence, whether or not its agent was silent in between. */
export async function heldStep({ engine }: Dispatcher, { id, fence, agent }: HeldStep) {
  const row = await engine.options.store.db
    .selectFrom('run_step')
    .select(['run_id', 'cancel'])
    .where('step_id', '=', id)
    .where('fence', '=', fence)
    .where('state', 'in', ['claimed', 'running', 'uncertain'])
    .$if(agent !== undefined, (of) => of.where('agent', '=', agent!))
    .executeTakeFirst();
  if (!row) throw lost(id);
  return row;
}

export async function appendLog(dispatcher: Dispatcher, step: HeldStep, offset: number, bytes: Uint8Array) {
  const row = await heldStep(dispatcher, step);
  const file = logFileOf(dispatcher.folder, row.run_id, step.id);
  const size = writeAt(file, offset, bytes, longestLog);
  dispatcher.engine.signals.emit('changed', row.run_id);
  return { size, cancel: Boolean(row.cancel) };
}
