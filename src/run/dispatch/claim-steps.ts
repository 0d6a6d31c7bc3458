import type { RunStepTable, StoreTransaction } from '../../store/index.ts';
import type { AgentIdentity } from '../agent/agent-port.ts';
import { stepHeard } from '../engine/heard.ts';
import { isOpen } from '../engine/open-steps.ts';
import { appendHistory } from '../engine/run-history.ts';
import { openParts } from '../sealed-parts.ts';
import type { Assignment } from '../step/assignment.ts';
import type { StepWork } from '../step-order.ts';
import type { Dispatcher } from './dispatcher.ts';
import { registerAgent, superseded } from './register-agent.ts';
import { startedEvent } from './report-step.ts';

export interface Claim {
  readonly agent: AgentIdentity;
  readonly count: number;
  readonly waitSeconds: number;
  readonly signal: AbortSignal;
  /** Nothing stands between the claim and the command: the steps count as started. Only the agent in this process does so. */
  readonly begin: boolean;
}

/** Takes steps for an agent; waits for some. */
export async function claimSteps(dispatcher: Dispatcher, claim: Claim): Promise<Assignment[]> {
  const { clock } = dispatcher.engine.options;
  const until = clock.monotonic() + claim.waitSeconds * 1000;
  for (;;) {
    const ready = nextWork(dispatcher, claim.signal, Math.min(1000, Math.max(0, until - clock.monotonic())));
    const asked = clock.monotonic();
    const taken = await take(dispatcher, claim)
      .then((taken) => (claim.begin ? stillHeld(dispatcher, taken, asked) : taken))
      .catch((error) => {
        ready.stop();
        throw error;
      });
    if (taken.length > 0 || claim.signal.aborted || clock.monotonic() >= until) {
      ready.stop();
      return taken;
    }
    // other server processes make work too: look again after a second even if nobody said so
    await ready.come;
  }
}

/** Of steps that were begun as they were taken: those whose lease did not end while the database took its time to answer. */
export async function stillHeld(
  dispatcher: Dispatcher,
  taken: readonly Assignment[],
  asked: number,
): Promise<Assignment[]> {
  const { clock } = dispatcher.engine.options;
  const held: Assignment[] = [];
  for (const step of taken) {
    let isOurs = true;
    for (let since = asked; isOurs && clock.monotonic() - since > (dispatcher.leaseSeconds * 1000) / 3; ) {
      since = clock.monotonic();
      isOurs = await isHeld(dispatcher, step);
    }
    if (isOurs) held.push(step);
  }
  return held;
}

async function isHeld(dispatcher: Dispatcher, { id, fence }: Assignment): Promise<boolean> {
  const renewed = await dispatcher.engine.options.store.db
    .updateTable('run_step')
    .set({ lease_until: dispatcher.leaseEnd() })
    .where('step_id', '=', id)
    .where('fence', '=', fence)
    .where('state', '=', 'running')
    .executeTakeFirst();
  dispatcher.engine.options.heard.note(stepHeard(id, fence));
  return Number(renewed.numUpdatedRows) === 1;
}

function nextWork(
  { engine }: Dispatcher,
  signal: AbortSignal,
  milliseconds: number,
): { come: Promise<void>; stop: () => void } {
  let stop = (): void => {};
  const come = new Promise<void>((done) => {
    stop = () => {
      callOff();
      engine.signals.off('work', stop);
      signal.removeEventListener('abort', stop);
      done();
    };
    const callOff = engine.options.clock.after(milliseconds, stop);
    engine.signals.on('work', stop);
    signal.addEventListener('abort', stop, { once: true });
  });
  return { come, stop };
}

async function take(dispatcher: Dispatcher, { agent, count, begin }: Claim): Promise<Assignment[]> {
  const { store } = dispatcher.engine.options;
  const known = await store.db.selectFrom('run_agent').selectAll().where('name', '=', agent.name).executeTakeFirst();
  // the server forgot it, after a restored backup for instance
  if (!known) await registerAgent(dispatcher, agent);
  else if (known.instance !== agent.instance) throw superseded(known);
  const some = await fittingSteps(store.db, agent, count);
  if (some.length === 0) return [];
  return store.transaction((tx) => takeIn(dispatcher, tx, { agent, steps: some, count, begin }));
}

/** The oldest steps that this agent may do, a few more than asked for since others take them too. */
export async function fittingSteps(
  db: StoreTransaction['db'],
  agent: Pick<AgentIdentity, 'labels'>,
  count: number,
): Promise<string[]> {
  let page = 4 * count + 8;
  const fitting: string[] = [];
  let last = { created_at: '', step_id: '' };
  // from key to key, in larger and larger pages: thousands of steps may wait for labels that this agent does not have
  for (;;) {
    const { created_at, step_id } = last;
    const open = await db
      .selectFrom('run_step')
      .select(['step_id', 'labels', 'created_at'])
      .where(isOpen)
      .where('state', '=', 'ready')
      .where('cancel', '=', 0)
      .where('created_at', '>=', created_at)
      .where((on) => on.or([on('created_at', '>', created_at), on('step_id', '>', step_id)]))
      .orderBy('created_at')
      .orderBy('step_id')
      .limit(page)
      .execute();
    for (const { step_id, labels } of open)
      if (labels === '[]' || (JSON.parse(labels) as string[]).every((label) => agent.labels.includes(label)))
        fitting.push(step_id);
    if (open.length < page || fitting.length >= count) return fitting;
    last = open.at(-1)!;
    page = Math.min(2 * page, 1000);
  }
}

export async function takeIn(
  dispatcher: Dispatcher,
  tx: StoreTransaction,
  { agent, steps, count, begin }: Pick<Claim, 'agent' | 'count' | 'begin'> & { readonly steps: readonly string[] },
): Promise<Assignment[]> {
  const known = await tx.db
    .selectFrom('run_agent')
    .select(['draining', 'instance'])
    .where('name', '=', agent.name)
    .executeTakeFirst();
  if (known?.instance !== agent.instance || Number(known.draining)) return [];
  if (begin && dispatcher.mayWorkHere && !(await dispatcher.mayWorkHere(tx))) return [];
  const at = dispatcher.time();
  const rows: RunStepTable[] = [];
  for (const step_id of steps) {
    if (rows.length >= count) break;
    const row = await tx.db
      .updateTable('run_step')
      .set((set) => ({
        state: begin ? 'running' : 'claimed',
        ...(begin ? { started_at: at } : {}),
        agent: agent.name,
        fence: set('fence', '+', 1),
        lease_until: dispatcher.leaseEnd(),
      }))
      .where('step_id', '=', step_id)
      .where('state', '=', 'ready')
      .where('cancel', '=', 0)
      .returningAll()
      .executeTakeFirst();
    if (!row) continue;
    rows.push(row);
    dispatcher.engine.options.heard.note(stepHeard(row.step_id, Number(row.fence)));
    if (begin) await appendHistory(tx, row.run_id, [startedEvent(row)], at);
  }
  return rows.map((row) => assignmentOf(dispatcher, row));
}

/** The step as its agent receives it, with its secure values opened and named. */
function assignmentOf({ engine, environment }: Dispatcher, row: RunStepTable): Assignment {
  const { vault } = engine.options;
  const work = JSON.parse(row.work) as StepWork;
  const secrets = new Set<string>();
  const properties = Object.fromEntries(
    Object.entries(work.properties).map(([name, parts]) => {
      const opened = openParts(vault, parts);
      for (const secret of opened.secrets) secrets.add(secret);
      return [name, opened.parts];
    }),
  );
  const dir = work.workingDir && openParts(vault, work.workingDir);
  for (const secret of dir?.secrets ?? []) secrets.add(secret);
  return {
    id: row.step_id,
    runId: row.run_id,
    activity: row.activity,
    attempt: Number(row.attempt),
    fence: Number(row.fence),
    plugin: { id: row.plugin_id, version: Number(row.plugin_version), digest: row.digest },
    stepType: row.step_type,
    command: work.command,
    postProcessing: work.postProcessing,
    properties,
    secrets: [...secrets],
    processName: work.processName,
    workingDir: dir?.parts ?? null,
    environment: { AUTH_TOKEN: '', LOCKSTEP_RUN: row.run_id, LOCKSTEP_ACTIVITY: row.activity, ...environment },
    timeLimitSeconds: work.timeLimitSeconds,
  };
}
