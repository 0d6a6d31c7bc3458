import type { FastifyInstance, FastifyReply } from 'fastify';
import { LockstepError } from '../../failure/index.ts';
import type { SignInElsewhere } from '../../service/index.ts';
import { signInPath } from '../../service/index.ts';
import { translateRequestError } from './answer-error.ts';
import { keepSession, keepSignIn, readCookie, signInCookie } from './cookies.ts';

/** Attempts a minute from one address; many people may sit behind one. */
const config = { rateLimit: { max: 60, timeWindow: 60_000 } };

/**
 * Where browsers go to sign in at the provider, and come back from it. Whatever goes wrong leads to the page with the code of
 * the error, since nobody reads JSON there.
 */
export function addOpenIdRoutes(app: FastifyInstance, openId: SignInElsewhere | null, secure: boolean): void {
  if (openId === null) return;
  const options = { config, schema: { hide: true } };
  const page = (reply: FastifyReply, path: string) =>
    reply.header('cache-control', 'no-store').redirect(`${app.basePath}${path}`, 302);
  const failed = (reply: FastifyReply, thrown: unknown) => {
    const error = translateRequestError(thrown);
    reply.log[error.status >= 500 ? 'error' : 'warn']({ err: error }, 'sign-in at the provider failed');
    return page(reply, `/?sign-in-failed=${error.code}`);
  };

  app.get<{ Querystring: { back?: string } }>(signInPath, options, async (request, reply) => {
    try {
      const { back } = request.query;
      const { to, kept } = await openId.begin(typeof back === 'string' ? back : undefined);
      keepSignIn(reply, kept, { secure, path: signInPath });
      return reply.header('cache-control', 'no-store').redirect(to.href, 302);
    } catch (thrown) {
      return failed(reply, thrown);
    }
  });

  app.get(`${signInPath}/callback`, options, async (request, reply) => {
    const [, query = ''] = request.url.split('?', 2);
    try {
      const ended = await openId.end(readCookie(request, signInCookie), `?${query}`, request.ip);
      keepSignIn(reply, null, { secure, path: signInPath });
      keepSession(reply, ended.secret, { secure, hours: ended.hours });
      return page(reply, ended.back);
    } catch (thrown) {
      if (!(thrown instanceof LockstepError && thrown.code === 'too-many-requests'))
        keepSignIn(reply, null, { secure, path: signInPath });
      return failed(reply, thrown);
    }
  });

  app.get(`${signInPath}/end`, options, async (_request, reply) => {
    try {
      return reply.header('cache-control', 'no-store').redirect(await openId.signOut(), 302);
    } catch (thrown) {
      return failed(reply, thrown);
    }
  });
}
