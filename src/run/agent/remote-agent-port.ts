import type { Assignment } from '../step/assignment.ts';
import type { AgentPort, Heartbeat } from './agent-port.ts';

/** One request to the server: JSON in, JSON or bytes out. Rejects with the server's own errors, or `server-unreachable`. */
export type AgentTransport = (request: {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  readonly answer: 'json' | 'bytes';
  readonly signal?: AbortSignal;
}) => Promise<unknown>;

/** The agents' side of a server, from another machine. */
export function remoteAgentPort(transport: AgentTransport): AgentPort {
  const post = <T>(path: string, body: unknown, signal?: AbortSignal): Promise<T> =>
    transport({
      method: 'POST',
      path: `/api/agent/${path}`,
      body,
      answer: 'json',
      ...(signal ? { signal } : {}),
    }) as Promise<T>;
  const step = (id: string, verb: string): string => `steps/${encodeURIComponent(id)}/${verb}`;
  return {
    register: (agent) => post('register', agent),
    leave: (agent) => post('leave', agent),
    async claim(agent, count, waitSeconds, signal) {
      try {
        return await post<readonly Assignment[]>('claim', { agent, count, waitSeconds }, signal);
      } catch (error) {
        // what the server gave and nobody received is given to somebody else when its lease ends
        if (signal.aborted) return [];
        throw error;
      }
    },
    start: ({ id, fence }) => post(step(id, 'start'), { fence }),
    release: ({ id, fence }, reason) => post(step(id, 'release'), { fence, reason }),
    heartbeat: (agent, held) => post<Heartbeat>('heartbeat', { agent, held }),
    appendLog: ({ id, fence }, offset, bytes) =>
      post(step(id, 'log'), { fence, offset, data: Buffer.from(bytes).toString('base64') }),
    appendArtefact: ({ id, fence }, { digest, offset, bytes }) =>
      post(step(id, 'artefact'), { fence, digest, offset, data: Buffer.from(bytes).toString('base64') }),
    async complete({ id, fence }, result) {
      await post(step(id, 'complete'), { fence, result });
      return [];
    },
    async fetchPlugin(digest) {
      const path = `/api/agent/plugins/${encodeURIComponent(digest)}`;
      return (await transport({ method: 'GET', path, answer: 'bytes' })) as Uint8Array;
    },
    // heartbeats and logs tell
    onCancel: () => () => {},
  };
}
