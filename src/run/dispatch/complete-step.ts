import type { RunStepTable, StoreTransaction } from '../../store/index.ts';
import type { AgentIdentity, HeldStep } from '../agent/agent-port.ts';
import type { Artefact } from '../artefact/artefact.ts';
import type { receiveArtefacts } from '../artefact/received-artefacts.ts';
import { stepHeard } from '../engine/heard.ts';
import type { RunMachineEvent } from '../run-state.ts';
import { seal } from '../sealed-parts.ts';
import type { Assignment, StepResult } from '../step/assignment.ts';
import type { Value } from '../value.ts';
import { fittingSteps, stillHeld, takeIn } from './claim-steps.ts';
import { type Dispatcher, lost } from './dispatcher.ts';

const endStates = { success: 'succeeded', failure: 'failed', cancelled: 'cancelled' } as const;

/** Ends a step, and takes the next one for its agent where it asks for it; again is the same as once. */
export async function completeStep(
  dispatcher: Dispatcher,
  artefacts: ReturnType<typeof receiveArtefacts>,
  step: HeldStep,
  result: StepResult,
  next?: AgentIdentity,
): Promise<Assignment[]> {
  const { id, fence } = step;
  const { store, vault, heard, clock } = dispatcher.engine.options;
  const row = await store.db
    .selectFrom('run_step')
    .select(['run_id', 'activity', 'attempt', 'state', 'fence', 'agent'])
    .where('step_id', '=', id)
    .executeTakeFirst();
  if (!row || Number(row.fence) !== fence || (step.agent !== undefined && row.agent !== step.agent)) throw lost(id);
  const state = endStates[result.outcome];
  // the answer to the first report was lost on its way
  if (row.state === state) return [];
  const left = result.artefacts ?? [];
  await artefacts.settle(row.run_id, step, left);
  const outputs: Record<string, Value> = {};
  for (const [name, text] of Object.entries(result.outputs))
    outputs[name] = result.secureOutputs.includes(name) ? seal(vault, text) : text;
  const event: RunMachineEvent = {
    type: 'stepEnded',
    key: row.activity,
    outcome: result.outcome,
    outputs,
    ...(result.message === null ? {} : { message: result.message }),
  };
  let taken: Assignment[] = [];
  const asked = clock.monotonic();
  const applied = await dispatcher.engine.send(
    row.run_id,
    [event],
    async (tx) => {
      if (!(await endStep(tx, { id, fence, state, result, at: dispatcher.time() }))) return false;
      await noteArtefacts(tx, { ...row, step_id: id }, left, dispatcher.time());
      return true;
    },
    async (tx) => {
      if (!next) return;
      const steps = await fittingSteps(tx.db, next, 1);
      taken = await takeIn(dispatcher, tx, { agent: next, steps, count: 1, begin: true });
    },
  );
  if (!applied) throw lost(id);
  heard.forget(stepHeard(id, fence));
  return stillHeld(dispatcher, taken, asked);
}

async function endStep(
  tx: StoreTransaction,
  end: {
    readonly id: string;
    readonly fence: number;
    readonly state: (typeof endStates)[StepResult['outcome']];
    readonly result: StepResult;
    readonly at: string;
  },
): Promise<boolean> {
  const { id, fence, state, result, at } = end;
  const ended = await tx.db
    .updateTable('run_step')
    .set({
      state,
      ended_at: at,
      exit_code: result.exitCode,
      reason: result.message,
      log_bytes: result.logBytes,
      lease_until: null,
      // the values are not needed any more, sealed or not
      work: '{}',
    })
    .where('step_id', '=', id)
    .where('fence', '=', fence)
    .where('state', 'in', ['claimed', 'running', 'uncertain'])
    .executeTakeFirst();
  return Number(ended.numUpdatedRows) === 1;
}

async function noteArtefacts(
  tx: StoreTransaction,
  { run_id, step_id, activity, attempt }: Pick<RunStepTable, 'run_id' | 'step_id' | 'activity' | 'attempt'>,
  artefacts: readonly Artefact[],
  kept_at: string,
): Promise<void> {
  const rows = artefacts.map((artefact) => ({ run_id, step_id, activity, attempt, ...artefact, kept_at }));
  for (let at = 0; at < rows.length; at += 100)
    await tx.db
      .insertInto('run_artefact')
      .values(rows.slice(at, at + 100))
      .execute();
}
