import { httpTransport, openScripts, remoteAgentPort, startAgent } from '../../run/index.ts';
import { unpackPlugin } from './unpack-plugin.ts';

/** What the server tells the agent that it starts as another user of the machine. */
export interface AgentOrder {
  readonly server: string;
  readonly token: string;
  readonly home: string;
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly allow: readonly string[];
}

export type AgentProcessEvent =
  | { readonly type: 'registered' | 'stopped' }
  | { readonly type: 'trouble' | 'failed'; readonly message: string };

// The server's agent in a process of its own: nothing of it runs as the server's user. It ends with the server.
process.once('message', (order: AgentOrder) => void work(order));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

async function work({ server, token, ...order }: AgentOrder): Promise<void> {
  const tell = (event: AgentProcessEvent): void => {
    if (process.connected) process.send!(event, () => {});
  };
  const scripts = openScripts();
  const agent = startAgent({
    ...order,
    port: remoteAgentPort(httpTransport(server, token)),
    scripts,
    unpack: unpackPlugin,
    onEvent(event) {
      if (event.type === 'registered' || event.type === 'stopped') tell({ type: event.type });
      else if (event.type === 'trouble') tell({ type: 'trouble', message: event.message });
    },
  });
  process.on(
    'message',
    (word: 'drain' | 'stop') => void (word === 'drain' ? agent.drain() : agent.stop()).catch(() => {}),
  );
  process.on('disconnect', () => void agent.stop());
  await agent.ended.catch((error: Error) => tell({ type: 'failed', message: error.message }));
  await scripts.close();
  process.exit();
}
