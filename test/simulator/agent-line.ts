import { LockstepError } from '../../src/failure/index.ts';
import { type AgentPort, remoteAgentPort } from '../../src/run/index.ts';
import type { Program } from './program.ts';
import type { RunLaws } from './run-laws.ts';
import type { RunServer } from './run-server.ts';
import type { Servers } from './server.ts';

type Answer = { readonly value: unknown } | { readonly error: LockstepError };

const unreachable = (): LockstepError => new LockstepError('server-unreachable', 'No server answers.');
const patience = 60_000;

/** The line between an agent and its servers, over which requests and answers are lost, come late, and come twice. */
export function agentLine(agent: Program, servers: Servers<RunServer>, laws: RunLaws): AgentPort {
  const port = remoteAgentPort(async ({ path, body, signal }) => {
    const gone = new AbortController();
    const what = path.replace('/api/agent/', 'asks ');
    const faults = { lost: unreachable, refused: unreachable, doubled: true, belated: true };
    const { answer } = await agent.call(what, () => ({ answer: deliver(path, body, gone.signal) }), faults);
    const given = Promise.race([answer, givenUp(agent, gone, answer, signal)]);
    const come = await agent.waitFor(given);
    if ('error' in come) throw come.error;
    return come.value;
  });

  function deliver(path: string, body: unknown, gone: AbortSignal): Promise<Answer> {
    const { living, world } = servers;
    if (living.length === 0) return Promise.resolve({ error: unreachable() });
    const { program, runs } = world.choices.pick(living);
    const dispatcher = runs.dispatcherFor({ agent: null, labels: null });
    return new Promise((resolve) => {
      program.onDeath(() => resolve({ error: unreachable() }));
      program.start(async () => {
        try {
          const value = await serve(dispatcher, path, JSON.parse(JSON.stringify(body)), gone);
          if (path.endsWith('/heartbeat') && servers.isAlone) laws.heard(agent, program);
          resolve({ value: value === undefined ? undefined : JSON.parse(JSON.stringify(value)) });
        } catch (error) {
          if (!(error instanceof LockstepError)) throw error;
          resolve({ error });
        }
      });
    });
  }

  return {
    ...port,
    async complete(step, result) {
      await port.complete(step, result);
      laws.told(step, result);
      return [];
    },
  };
}

/** The agent waits no longer, or does not want it any more; the server is told so, somewhat later. */
function givenUp(
  agent: Program,
  gone: AbortController,
  answer: Promise<Answer>,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  return new Promise((resolve) => {
    const giveUp = (): void => {
      callOff();
      agent.world.after(5, () => gone.abort());
      resolve({ error: unreachable() });
    };
    const callOff = agent.world.after(patience, giveUp);
    signal?.addEventListener('abort', giveUp, { once: true });
    agent.onDeath(giveUp);
    void answer.then(callOff);
  });
}

// biome-ignore lint/suspicious/noExplicitAny: what came over the line
function serve(dispatcher: AgentPort, path: string, body: any, gone: AbortSignal): Promise<unknown> {
  const [, , , kind, id = '', verb] = path.split('/');
  const step = { id: decodeURIComponent(id), fence: body.fence };
  switch (verb ?? kind) {
    case 'register':
      return dispatcher.register(body);
    case 'leave':
      return dispatcher.leave(body);
    case 'claim':
      return dispatcher.claim(body.agent, body.count, body.waitSeconds, gone);
    case 'heartbeat':
      return dispatcher.heartbeat(body.agent, body.held);
    case 'start':
      return dispatcher.start(step);
    case 'release':
      return dispatcher.release(step, body.reason);
    case 'complete':
      return dispatcher.complete(step, body.result);
    default:
      throw new Error(`Nobody serves ${path}.`);
  }
}
