import type { FastifyInstance } from 'fastify';
import { system } from '../../../ports/index.ts';
import { requirePermission } from '../../../service/index.ts';
import type { Authenticate } from '../../http/authenticate.ts';

/**
 * Old clients sign in by asking for the first page with a name and a password, and want a cookie in the answer. They send
 * name and password with every call all the same: the cookie opens nothing here and is not remembered.
 */
export function addSessionKey(app: FastifyInstance, authenticate: Authenticate, secure: boolean): void {
  app.addHook('onRequest', async (request, reply) => {
    if (request.method !== 'GET' || request.url.split('?', 1)[0] !== '/') return;
    if (!/^basic /i.test(request.headers.authorization ?? '')) return;
    requirePermission(await authenticate(request), 'read');
    reply.header(
      'set-cookie',
      `UCD_SESSION_KEY=${system.random.uuid()}; Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`,
    );
  });
}
