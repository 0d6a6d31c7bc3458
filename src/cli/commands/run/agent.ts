import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { LockstepError } from '../../../failure/index.ts';
import { type AgentTransport, httpTransport, openScripts, remoteAgentPort, startAgent } from '../../../run/index.ts';
import type { CommandAction, CommandInput } from '../../command.ts';
import { numberOption, textArgument, textOption } from '../../command.ts';
import { moment } from '../../moment.ts';
import { formatTable } from '../../table.ts';
import { withClient } from '../../with-client.ts';
import { readPairs } from './read-pairs.ts';

/** Works for a server until it is told to stop; the first interrupt finishes the steps under way, the second ends at once. */
export const runAgent: CommandAction = async (input) => {
  const { options, env, cwd, terminal, signal } = input;
  const server = textOption(input, 'server') ?? env['LOCKSTEP_SERVER'];
  if (server === undefined)
    throw new LockstepError('usage', 'An agent needs a server.', { hint: 'Give --server URL and --token-file FILE.' });
  const { readTraceSettings, startTracing, unpackPlugin } = await import('../../../service/index.ts');
  const tracing = await startTracing(readTraceSettings({}, env, 'lockstep-agent'), (error) =>
    terminal.note(`Traces could not be sent: ${error.message}`),
  );
  const scripts = openScripts();
  const transport = httpTransport(server, readToken(input));
  const given = { name: textOption(input, 'name'), labels: options['label'] as string[] | undefined };
  const own = given.name === undefined || given.labels === undefined ? await ownOf(transport) : null;
  const name = given.name ?? own?.agent ?? undefined;
  const agent = startAgent({
    port: remoteAgentPort(transport),
    name,
    labels: given.labels ?? own?.labels ?? [],
    properties: readPairs(input, 'property'),
    allow: (options['environment'] as string[] | undefined) ?? [],
    slots: numberOption(input, 'slots') ?? 4,
    home: resolve(cwd, textOption(input, 'home') ?? homeOf(name)),
    scripts,
    unpack: unpackPlugin,
    onEvent(event) {
      if (event.type === 'registered') terminal.note(`Agent ${event.name} works for ${server}`);
      else if (event.type === 'step-started') terminal.note(`${event.assignment.runId} ${event.assignment.activity} …`);
      else if (event.type === 'step-ended')
        terminal.note(`${event.assignment.runId} ${event.assignment.activity} ${event.result?.outcome}`);
      else if (event.type === 'trouble') terminal.note(event.message);
    },
  });
  signal.addEventListener('abort', () => void agent.drain().catch(() => {}), { once: true });
  try {
    await agent.ended;
  } finally {
    await scripts.close();
    await tracing?.close();
  }
  return { value: { name: name ?? null }, text: '' };
};

/** What the token says; nothing where the server cannot be reached yet: the agent waits for it. */
async function ownOf(transport: AgentTransport): Promise<{ agent: string | null; labels: string[] } | null> {
  try {
    return (await transport({ method: 'GET', path: '/api/agent/self', answer: 'json' })) as never;
  } catch (error) {
    if (error instanceof LockstepError && error.code === 'server-unreachable') return null;
    throw error;
  }
}

function homeOf(name: string | undefined): string {
  return name === undefined ? 'lockstep-agent' : `lockstep-agent-${name.replace(/[^\w.-]/g, '_')}`;
}

export const listAgents: CommandAction = (input) =>
  withClient(input, async ({ client }) => {
    const value = await client.agents.listAgents();
    const rows = value.map((agent) => [
      agent.name,
      agent.state,
      String(agent.running),
      moment(agent.lastSeenAt),
      agent.labels.join(' '),
    ]);
    return { value, text: formatTable(['agent', 'state', 'steps', 'last seen', 'labels'], rows) };
  });

export const drainAgent: CommandAction = (input) =>
  withClient(input, async ({ client }) => {
    const name = textArgument(input, 'agent');
    const draining = !input.options['undo'];
    await client.agents.drainAgent({ params: { id: name }, body: { draining } });
    return { value: { name, draining }, text: draining ? `${name} is given nothing new.` : `${name} works again.` };
  });

function readToken(input: CommandInput): string {
  const file = textOption(input, 'tokenFile');
  const token =
    file === undefined ? input.env['LOCKSTEP_TOKEN'] : readFileSync(resolve(input.cwd, file), 'utf8').trim();
  if (token) return token;
  throw new LockstepError('usage', 'An agent needs a token.', {
    hint: 'Make one with `lockstep token create … --agent NAME`, and give it with --token-file FILE.',
  });
}
