import { once } from 'node:events';
import { createServer } from 'node:http';
import type { ServerConfig } from '../../service/index.ts';
import { basePathOf, withoutBase } from './base-path.ts';
import { listenAt } from './listen.ts';

export interface EarlyAnswers {
  /** Where it listens; what comes after it has to listen there too. */
  readonly port: number;
  close(): Promise<void>;
}

/**
 * While a change of the schema is under way nothing can be done yet, but the process lives: `/healthz` says so, `/readyz` says
 * no, and everybody else is asked to come again.
 */
export async function listenEarly({ host, port, url }: ServerConfig['listen']): Promise<EarlyAnswers> {
  const base = basePathOf(url);
  const server = createServer((request, response) => {
    const path = withoutBase(base, request.url ?? '/').split('?', 1)[0];
    const lives = path === '/healthz' && (request.method === 'GET' || request.method === 'HEAD');
    const said = lives ? { status: 'ok' } : path === '/readyz' ? { status: 'starting' } : { error: starting };
    response
      .writeHead(lives ? 200 : 503, {
        'content-type': 'application/json; charset=utf-8',
        connection: 'close',
        ...(!lives && { 'retry-after': '5' }),
      })
      .end(request.method === 'HEAD' ? undefined : JSON.stringify(said));
  });
  const at = await listenAt(server, { host, port });
  return {
    port: Number(new URL(at).port),
    async close() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

const starting = {
  code: 'server-busy',
  message: 'This server brings its database up to date.',
  hint: 'Try again in a moment.',
};
