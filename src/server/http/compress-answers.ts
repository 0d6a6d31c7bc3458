import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { negotiate } from '@fastify/accept-negotiator';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Route } from '../../api/route.ts';

/** What is shorter fits into one packet anyway. */
const least = 1024;

const codings = {
  br: (bytes: Buffer) =>
    promisify(brotliCompress)(bytes, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
    }),
  gzip: (bytes: Buffer) => promisify(gzip)(bytes),
} as const;

/**
 * Compresses answers of JSON and text that are whole in memory, beside the thread that answers. Left as they are: streams
 * and events, what has a tag or a range of its own or was compressed before, answers to HEAD, and those of a route that
 * shows a secret, since their length would tell of it whoever can put words beside it.
 */
export function compressAnswers(app: FastifyInstance): void {
  app.addHook('onSend', (request, reply, payload, done) => {
    if (!mayBePacked(request, reply, payload)) return done(null, payload);
    reply.header('vary', 'accept-encoding');
    const coding = negotiate(request.headers['accept-encoding'] ?? '', Object.keys(codings)) as keyof typeof codings;
    if (!coding) return done(null, payload);
    codings[coding](Buffer.from(payload)).then((packed) => {
      reply.removeHeader('content-length').header('content-encoding', coding);
      done(null, packed);
    }, done);
  });
}

function mayBePacked(request: FastifyRequest, reply: FastifyReply, payload: unknown): payload is string | Buffer {
  if (request.method === 'HEAD' || request.routeOptions.config.showsSecret || reply.statusCode === 206) return false;
  if (typeof payload !== 'string' && !Buffer.isBuffer(payload)) return false;
  if (Buffer.byteLength(payload) < least || reply.hasHeader('content-encoding') || reply.hasHeader('etag'))
    return false;
  return /^(application\/([\w.-]+\+)?json|text\/)/.test(String(reply.getHeader('content-type') ?? ''));
}

/** Whether an answer has a field that is shown only once, such as a token just made. */
export function showsSecret({ reply }: Pick<Route, 'reply'>): boolean {
  return /"(secret|token|password)":\{/.test(JSON.stringify(reply ?? null));
}

declare module 'fastify' {
  interface FastifyContextConfig {
    readonly showsSecret?: boolean;
  }
}
