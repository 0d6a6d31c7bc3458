import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { LockstepError } from '../failure/index.ts';
import { type ProcessDocument, readUse, visitActivities } from '../process/index.ts';
import type { RunStepTable, RunTable, Store } from '../store/index.ts';
import type { RunViewState, StepViewState } from '../store/index-states.ts';
import { logFileOf } from './dispatch/dispatcher.ts';
import type { ActivityState, RunState } from './run-state.ts';
import { type RunWaits, runWaits } from './run-waits.ts';
import type { ProcessSource } from './sources.ts';
import { displayValue } from './value.ts';

/** A run as people and the API see it. */
export interface RunSummary {
  readonly id: string;
  readonly processId: string;
  readonly processName: string;
  readonly processVersion: number;
  /** `waiting`: for a person. */
  readonly state: RunViewState;
  readonly requestedBy: string;
  readonly requestedAt: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly steps: number;
  readonly stepsDone: number;
  readonly reason: string | null;
}

export interface RunStepView {
  /** The activity's key in the run: `Deploy`, `Each#2/Deploy`. */
  readonly id: string;
  /** Child indexes in the run's own process; empty for activities of processes that it runs. */
  readonly path: readonly number[];
  readonly activity: string;
  readonly type: string;
  readonly stepType: string | null;
  readonly pluginId: string | null;
  readonly pluginVersion: number | null;
  readonly turn: string;
  readonly attempt: number;
  readonly state: StepViewState;
  readonly agent: string | null;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly exitCode: number | null;
  /** Secure values are masked. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly reason: string | null;
  readonly logBytes: number;
}

export interface RunDetail extends RunSummary {
  /** Null where its steps wait for nobody. */
  readonly waits: RunWaits | null;
  readonly stepList: readonly RunStepView[];
}

export interface RunEvent {
  readonly seq: number;
  readonly at: string;
  readonly type: string;
  readonly activity: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface RunFilter {
  readonly process?: string | undefined;
  readonly state?: RunViewState | undefined;
  readonly offset?: number | undefined;
  readonly limit?: number | undefined;
}

type SummaryRow = Omit<RunTable, 'state' | 'labels' | 'revision' | 'events'>;

const summaryColumns = [
  'run_id',
  'process_id',
  'process_name',
  'process_version',
  'status',
  'requested_by',
  'requested_at',
  'ended_at',
  'steps',
  'steps_done',
  'asking',
  'cancelling',
  'reason',
] as const;

/** Runs, newest first. */
export async function listRuns({ db }: Store, filter: RunFilter): Promise<{ items: RunSummary[]; total: number }> {
  let query = db.selectFrom('run');
  if (filter.process !== undefined) query = query.where('process_id', '=', Number(filter.process));
  if (filter.state === 'waiting') query = query.where('status', '=', 'running').where('asking', '>', 0);
  if (filter.state === 'running') query = query.where('status', '=', 'running').where('asking', '=', 0);
  if (filter.state === 'cancelling') query = query.where('status', '=', 'running').where('cancelling', '=', 1);
  if (filter.state === 'succeeded') query = query.where('status', '=', 'success');
  if (filter.state === 'failed') query = query.where('status', '=', 'failure');
  if (filter.state === 'cancelled') query = query.where('status', '=', 'cancelled');
  const { total } = await query.select((of) => of.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
  const rows = await query
    .select(summaryColumns)
    .orderBy('requested_at', 'desc')
    .orderBy('run_id', 'desc')
    .limit(filter.limit ?? 50)
    .offset(filter.offset ?? 0)
    .execute();
  return { items: rows.map(summaryOf), total: Number(total) };
}

export async function summarizeRun(store: Store, runId: string): Promise<RunSummary> {
  return summaryOf(await runRow(store, runId));
}

/** One run with every activity it came to, in the order in which they began. */
export async function showRun(
  store: Store,
  processes: ProcessSource,
  runId: string,
  folder: string,
  agents: () => Promise<readonly { readonly state: string; readonly labels: readonly string[] }[]>,
): Promise<RunDetail> {
  const row = await runRow(store, runId);
  const state = JSON.parse(row.state) as RunState;
  const { document } = await processes.load(state.root.processId, state.root.version);
  const attempts = await store.db
    .selectFrom('run_step')
    .selectAll()
    .where('run_id', '=', runId)
    .orderBy('created_at')
    .execute();
  const times = await activityTimes(store, runId);
  const paths = pathsOf(document);
  const stepList = Object.entries(state.activities)
    .filter(([, activity]) => activity.outcome !== 'unreached')
    .map(([key, activity]): RunStepView => {
      const frame = state.frames[activity.frame]!;
      const step = attempts.findLast((one) => one.activity === key && Number(one.attempt) === activity.attempt);
      const inRoot = frame.pin.processId === state.root.processId;
      const found = inRoot ? paths.get([...frame.path, activity.name].join('\0')) : undefined;
      return {
        id: key,
        path: found?.path ?? [],
        activity: activity.name,
        type: activity.type,
        stepType: step?.step_type ?? found?.stepType ?? null,
        pluginId: step?.plugin_id ?? null,
        pluginVersion: step ? Number(step.plugin_version) : null,
        turn: (/#(\d+)(?=\/[^#]*$)/.exec(key)?.[1] ?? '') && `[${/#(\d+)(?=\/[^#]*$)/.exec(key)![1]}]`,
        attempt: activity.attempt,
        state: stepState(activity, step?.state),
        agent: step?.agent ?? null,
        startedAt: times.get(key)?.started ?? null,
        endedAt: activity.state === 'ended' ? (times.get(key)?.ended ?? null) : null,
        exitCode: step?.exit_code === null || step === undefined ? null : Number(step.exit_code),
        outputs: Object.fromEntries(
          Object.entries(activity.outputs ?? {}).map(([name, value]) => [name, displayValue(value)]),
        ),
        reason: activity.message ?? null,
        logBytes: step ? logSize(logFileOf(folder, runId, step.step_id)) : 0,
      };
    });
  const waits = row.status === 'running' ? await runWaits(store, runId, await agents()) : null;
  return { ...summaryOf(row), waits, stepList };
}

function stepState(activity: ActivityState, step: RunStepTable['state'] | undefined): StepViewState {
  if (activity.state === 'ended') {
    const ended = {
      success: 'succeeded',
      failure: 'failed',
      skipped: 'skipped',
      unreached: 'skipped',
      cancelled: 'cancelled',
    } as const;
    return ended[activity.outcome!];
  }
  if (activity.state === 'asking' || activity.state === 'uncertain') return activity.state;
  if (activity.state !== 'running') return 'waiting';
  return step === 'ready' || step === 'claimed' ? 'ready' : 'running';
}

async function activityTimes(
  { db }: Store,
  runId: string,
): Promise<Map<string, { started: string; ended: string | null }>> {
  const times = new Map<string, { started: string; ended: string | null }>();
  const events = await db
    .selectFrom('run_event')
    .select(['at', 'type', 'activity'])
    .where('run_id', '=', runId)
    .where('type', 'in', ['activity-started', 'activity-ended'])
    .orderBy('seq')
    .execute();
  for (const { at, type, activity } of events) {
    if (activity === null) continue;
    if (type === 'activity-started') times.set(activity, { started: at, ended: null });
    else times.set(activity, { started: times.get(activity)?.started ?? at, ended: at });
  }
  return times;
}

function pathsOf(document: ProcessDocument): Map<string, { path: readonly number[]; stepType: string | null }> {
  const found = new Map<string, { path: readonly number[]; stepType: string | null }>();
  const names: string[] = [];
  visitActivities(document.rootActivity, (activity, path) => {
    if (path.length === 0) return;
    names.length = path.length - 1;
    names.push(activity.name);
    found.set(names.join('\0'), { path: [...path], stepType: readUse(activity)?.stepType ?? null });
  });
  return found;
}

export async function listEvents({ db }: Store, runId: string, after = 0, limit = 1000): Promise<RunEvent[]> {
  const rows = await db
    .selectFrom('run_event')
    .selectAll()
    .where('run_id', '=', runId)
    .where('seq', '>', after)
    .orderBy('seq')
    .limit(limit)
    .execute();
  return rows.map(({ seq, at, type, activity, detail }) => ({
    seq: Number(seq),
    at,
    type,
    activity,
    detail: JSON.parse(detail),
  }));
}

export interface LogPart {
  readonly text: string;
  /** Offset in bytes to ask for next. */
  readonly next: number;
  /** The step has ended and this is the end of its log. */
  readonly complete: boolean;
}

/** A part of the log of an activity's latest attempt, from a byte offset, at most 256 kB; whole characters only. */
export async function readLog(store: Store, folder: string, runId: string, key: string, after = 0): Promise<LogPart> {
  const step = await store.db
    .selectFrom('run_step')
    .select(['step_id', 'state'])
    .where('run_id', '=', runId)
    .where('activity', '=', key)
    .orderBy('created_at', 'desc')
    .orderBy('attempt', 'desc')
    .executeTakeFirst();
  if (!step) {
    await runRow(store, runId);
    throw new LockstepError('run-not-found', `The run ${runId} has no step "${key}".`, {
      hint: '`lockstep run show` lists its steps.',
    });
  }
  const ended = !['ready', 'claimed', 'running'].includes(step.state);
  const file = logFileOf(folder, runId, step.step_id);
  if (!existsSync(file)) return { text: '', next: after, complete: ended };
  const buffer = Buffer.alloc(256 * 1024);
  const handle = openSync(file, 'r');
  try {
    const size = readSync(handle, buffer, 0, buffer.length, after);
    const whole = ended && size < buffer.length ? size : wholeCharacters(buffer.subarray(0, size));
    return {
      text: buffer.toString('utf8', 0, whole),
      next: after + whole,
      complete: ended && after + whole >= statSync(file).size,
    };
  } finally {
    closeSync(handle);
  }
}

/** Length without a character whose bytes are not all there yet. */
function wholeCharacters(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

function logSize(file: string): number {
  try {
    return statSync(file).size;
  } catch {
    return 0;
  }
}

export async function runRow({ db }: Store, runId: string): Promise<RunTable> {
  const row = await db.selectFrom('run').selectAll().where('run_id', '=', runId).executeTakeFirst();
  if (row) return row;
  throw new LockstepError('run-not-found', `There is no run ${runId}.`, { hint: '`lockstep run list` shows them.' });
}

function summaryOf(row: SummaryRow): RunSummary {
  const ended = { success: 'succeeded', failure: 'failed', cancelled: 'cancelled' } as const;
  return {
    id: row.run_id,
    processId: String(row.process_id),
    processName: row.process_name,
    processVersion: Number(row.process_version),
    state:
      row.status !== 'running'
        ? ended[row.status]
        : Number(row.cancelling)
          ? 'cancelling'
          : Number(row.asking) > 0
            ? 'waiting'
            : 'running',
    requestedBy: row.requested_by,
    requestedAt: row.requested_at,
    startedAt: row.requested_at,
    endedAt: row.ended_at,
    steps: Number(row.steps),
    stepsDone: Number(row.steps_done),
    reason: row.reason,
  };
}
