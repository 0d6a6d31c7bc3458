import type { Given } from '../../../api/given.ts';
import type { RunDetail, RunSummary } from '../../../api/runs.ts';
import { type OldAct, type OldPaths, type OwnerCall, oneOf, readBody, recordIn } from './old-paths.ts';

/** Runs of processes, which old clients call requests: start one, and learn its end. */
export function addRequestPaths({ add, addByOwner, services, processes }: OldPaths): void {
  const { runs } = services.runs;
  const start = async ({ request, steward }: OwnerCall): Promise<object> => {
    const body = readBody(request);
    const { id, owner } = await processes.find(steward.reader, oneOf(body, 'processId', 'process'));
    const { name: by } = steward.of(owner);
    const values = Object.fromEntries(
      Object.entries(recordIn(body, 'properties')).map(([name, value]) => [name, String(value ?? '')]),
    );
    const run = describeRun(await runs.request({ processId: id, values, by }));
    // clients that name resources in a list expect one answer for each
    return Array.isArray(body['resources']) ? [run] : run;
  };
  addByOwner('POST', '/rest/process/request', 'process-run', start);
  addByOwner('POST', '/cli/processRequest', 'process-run', start);
  const show: OldAct = async ({ params }) => {
    const run = await runs.show(params['id']!);
    return { ...describeRun(run), trace: traceOf(run) };
  };
  add('GET', '/rest/process/request/:id', 'read', show);
  add('GET', '/cli/processRequest/:id', 'read', show);
  add('GET', '/rest/process/request/:id/trace', 'read', async ({ params }) => traceOf(await runs.show(params['id']!)));
}

const results = {
  ...{ waiting: 'NONE', running: 'NONE', cancelling: 'NONE' },
  ...{ succeeded: 'SUCCEEDED', failed: 'FAULTED', cancelled: 'CANCELED' },
} as const satisfies Record<RunSummary['state'], string>;

const states = {
  ...{ waiting: 'EXECUTING', running: 'EXECUTING', cancelling: 'CANCELING' },
  ...{ succeeded: 'CLOSED', failed: 'CLOSED', cancelled: 'CLOSED' },
} as const satisfies Record<RunSummary['state'], string>;

function describeRun(run: Given<RunSummary>): object {
  return {
    id: run.id,
    requestId: run.id,
    process: { id: run.processId, name: run.processName },
    processPath: `processes/${run.processId}`,
    processVersion: run.processVersion,
    submittedTime: Date.parse(run.requestedAt),
    startTime: run.startedAt === null ? null : Date.parse(run.startedAt),
    userName: run.requestedBy,
    state: states[run.state],
    result: results[run.state],
    paused: false,
  };
}

function traceOf(run: Given<RunDetail>): object {
  const children = run.stepList.map(({ id, activity, type, state, startedAt, endedAt }) => {
    const ended = endedAt !== null;
    return {
      ...{ id, type, name: activity, displayName: activity },
      state: ended ? 'CLOSED' : 'EXECUTING',
      result: ended ? (state === 'failed' ? 'FAULTED' : state === 'cancelled' ? 'CANCELED' : 'SUCCEEDED') : 'NONE',
      startDate: startedAt === null ? null : Date.parse(startedAt),
      endDate: endedAt === null ? null : Date.parse(endedAt),
    };
  });
  return {
    id: run.id,
    type: 'graph',
    name: run.processName,
    state: states[run.state],
    result: results[run.state],
    children,
  };
}
