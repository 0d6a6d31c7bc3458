import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { httpTransport, openScripts, remoteAgentPort, startAgent } from '../../src/run/index.ts';
import type { TestServer } from '../../src/server/testing/start-test-server.ts';
import { unpackPlugin } from '../../src/service/index.ts';

interface AddedAgent {
  readonly name: string;
  readonly labels: readonly string[];
}

/** An agent of another machine, as far as the server knows; answers when it is the only one that takes steps. */
export async function addAgent(server: TestServer, { name, labels }: AddedAgent): Promise<void> {
  const { ask } = server;
  const { body } = await ask('POST', '/api/tokens', {
    label: name,
    scopes: ['agent-work'],
    agent: name,
    labels,
    days: 1,
  });
  const scripts = openScripts();
  const agent = startAgent({
    port: remoteAgentPort(httpTransport(server.url, body.secret)),
    name,
    labels,
    home: join(server.folder, name),
    scripts,
    unpack: unpackPlugin,
  });
  server.beforeStop(async () => {
    await agent.stop();
    await scripts.close();
  });
  const others = new Set(['stopped', 'offline']);
  const isReady = (agents: readonly { name: string; state: string }[]): boolean =>
    agents.every((one) => (one.name === name ? one.state === 'online' : others.has(one.state))) &&
    agents.some((one) => one.name === name);
  while (!isReady((await ask('GET', '/api/agents')).body)) await pause(100);
}
