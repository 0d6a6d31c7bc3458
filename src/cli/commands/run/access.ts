import { createReadStream } from 'node:fs';
import { findProcess } from '../../../catalogue/index.ts';
import type {
  AgentView,
  AskedValue,
  LogPart,
  Retention,
  RunArtefact,
  RunDetail,
  RunEvent,
  RunSummary,
} from '../../../run/index.ts';
import type { DataRuns } from '../../../service/index.ts';
import type { CommandInput } from '../../command.ts';
import { withData } from '../../data-folder.ts';
import { bytesOverHttp, overHttp, ServerClient } from '../../server-client.ts';
import { readPairs } from './read-pairs.ts';

interface RequestInput {
  readonly processId: string;
  readonly values: Readonly<Record<string, string>>;
  readonly keep: boolean;
  readonly labels: readonly string[];
}

export interface ProcessForm {
  readonly processId: string;
  readonly processName: string;
  readonly asks: readonly AskedValue[];
}

/** Runs of a server, or of a data folder. */
export interface RunAccess {
  form(process: string): Promise<ProcessForm>;
  request(input: RequestInput): Promise<RunSummary>;
  list(filter: {
    readonly process?: string;
    readonly state?: string;
    readonly limit?: number;
  }): Promise<{ items: readonly RunSummary[]; total: number }>;
  show(id: string): Promise<RunDetail>;
  /** Waits for more where there is nothing yet. */
  history(id: string, after: number, wait: number): Promise<readonly RunEvent[]>;
  log(id: string, step: string, after: number): Promise<LogPart>;
  artefacts(id: string): Promise<readonly RunArtefact[]>;
  /** The bytes of one of them. */
  artefact(id: string, name: string): Promise<AsyncIterable<Uint8Array>>;
  cancel(id: string): Promise<RunSummary>;
  retry(id: string, from: readonly string[]): Promise<RunSummary>;
  answer(
    id: string,
    step: string,
    outcome: 'success' | 'failure' | 'repeat',
    values: Readonly<Record<string, string>>,
  ): Promise<RunDetail>;
  agents(): Promise<readonly AgentView[]>;
  drain(agent: string, draining: boolean): Promise<void>;
  sweep(retention: Retention): Promise<number>;
  /** Where steps are done in this process: the one under way is finished before it ends, and nothing is cancelled. */
  leave?(): void;
}

/**
 * Works with the server that was named, else with the data folder: `work` executes steps in this process while the
 * command lasts, `write` changes runs, `read` only looks.
 */
export async function withRuns<T>(
  input: CommandInput,
  mode: 'read' | 'write' | 'work',
  action: (access: RunAccess) => Promise<T>,
): Promise<T> {
  const server = (input.options['server'] as string | undefined) ?? input.env['LOCKSTEP_SERVER'];
  if (server !== undefined) {
    const token = (input.options['token'] as string | undefined) ?? input.env['LOCKSTEP_TOKEN'];
    return action(ofServer(new ServerClient(overHttp(server, token)), (path) => bytesOverHttp(server, token, path)));
  }
  const { agreeOnRunKey, openDataRuns, readRunKey } = await import('../../../service/index.ts');
  return withData(input, mode === 'read' ? 'read' : 'write', async ({ folder, catalogue }) => {
    const runKey = await readRunKey(input.env, undefined);
    if (mode !== 'read') await agreeOnRunKey(folder, runKey);
    const allow = (input.options['environment'] as string[] | undefined) ?? [];
    const agent = { properties: readPairs(input, 'property'), allow };
    const data = openDataRuns(folder, { builtInAgent: mode === 'work', runKey, agent });
    let drain = false;
    try {
      const access = ofData(data, async (name) => (await findProcess(catalogue, name)).id, input);
      const leave = (): void => {
        drain = true;
      };
      return await action({ ...access, leave });
    } finally {
      await data.close({ drain });
    }
  });
}

function ofData(
  { runs }: DataRuns,
  idOf: (process: string) => Promise<string>,
  { user, signal }: CommandInput,
): RunAccess {
  return {
    async form(process) {
      const { pin, asks } = await runs.form(await idOf(process));
      return { processId: pin.processId, processName: pin.name, asks };
    },
    request: (request) => runs.request({ ...request, by: user }),
    list: async ({ process, ...filter }) =>
      runs.list({
        ...filter,
        state: filter.state as never,
        ...(process === undefined ? {} : { process: await idOf(process) }),
      }),
    show: (id) => runs.show(id),
    async history(id, after, wait) {
      // whoever goes on watching after an interrupt waits as before
      const change = runs.nextChange(id, wait * 1000, signal.aborted ? undefined : signal);
      await runs.summary(id);
      const events = await runs.events(id, after);
      if (events.length > 0 || wait === 0) return events;
      await change;
      return runs.events(id, after);
    },
    log: (id, step, after) => runs.log(id, step, after),
    artefacts: (id) => runs.artefacts(id),
    artefact: async (id, name) => createReadStream((await runs.artefact(id, name)).file),
    cancel: (id) => runs.cancel(id, user),
    retry: (id, from) => runs.retry(id, user, from),
    answer: (id, step, outcome, values) => runs.answer(id, step, { by: user, outcome, values }),
    agents: () => runs.agents(),
    drain: (agent, draining) => runs.setDraining(agent, draining),
    sweep: (retention) => runs.sweep(retention),
  };
}

function ofServer(client: ServerClient, bytes: (path: string) => Promise<AsyncIterable<Uint8Array>>): RunAccess {
  const at = (...words: string[]): string => `/api/${words.map(encodeURIComponent).join('/')}`;
  const idOf = async (process: string): Promise<string> =>
    (await client.get<{ id: string }>(at('processes', process))).id;
  return {
    form: async (process) => client.get(at('processes', await idOf(process), 'request')),
    request: ({ processId, ...rest }) => client.ask('POST', at('runs'), { process: processId, ...rest }),
    async list({ process, state, limit }) {
      const query = new URLSearchParams({
        ...(process === undefined ? {} : { process: await idOf(process) }),
        ...(state === undefined ? {} : { state }),
        ...(limit === undefined ? {} : { limit: String(limit) }),
      });
      return client.get(`${at('runs')}?${query}`);
    },
    show: (id) => client.get(at('runs', id)),
    history: (id, after, wait) => client.get(`${at('runs', id, 'history')}?after=${after}&wait=${wait}`),
    log: (id, step, after) => client.get(`${at('runs', id, 'steps', step, 'log')}?after=${after}`),
    artefacts: (id) => client.get(at('runs', id, 'artefacts')),
    artefact: (id, name) => bytes(at('runs', id, 'artefacts', name)),
    cancel: (id) => client.ask('POST', at('runs', id, 'cancel')),
    // one step at a time is what the route takes
    retry: (id, [step]) => client.ask('POST', at('runs', id, 'retry'), step === undefined ? {} : { step }),
    async answer(id, step, outcome, values) {
      const run = await client.get<RunDetail>(at('runs', id));
      const uncertain = run.stepList.some((one) => one.id === step && one.state === 'uncertain');
      return uncertain
        ? client.ask('POST', at('runs', id, 'steps', step, 'resolve'), { answer: outcome })
        : client.ask('POST', at('runs', id, 'steps', step, 'complete'), { success: outcome === 'success', values });
    },
    agents: () => client.get(at('agents')),
    drain: (agent, draining) => client.ask('POST', at('agents', agent, 'drain'), { draining }),
    sweep: async (retention) => (await client.ask<{ swept: number }>('POST', at('runs', 'sweep'), retention)).swept,
  };
}
