import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { negotiate } from '@fastify/accept-negotiator';
import type { FastifyInstance } from 'fastify';
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
  app.addHook('onSend', async (request, reply, payload) => {
    if (request.method === 'HEAD' || request.routeOptions.config.showsSecret || reply.statusCode === 206)
      return payload;
    if (typeof payload !== 'string' && !Buffer.isBuffer(payload)) return payload;
    if (reply.hasHeader('content-encoding') || reply.hasHeader('etag')) return payload;
    if (!/^(application\/([\w.-]+\+)?json|text\/)/.test(String(reply.getHeader('content-type') ?? ''))) return payload;
    const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
    if (bytes.length < least) return payload;
    reply.header('vary', 'accept-encoding');
    const coding = negotiate(request.headers['accept-encoding'] ?? '', Object.keys(codings)) as keyof typeof codings;
    if (!coding) return payload;
    const packed = await codings[coding](bytes);
    reply.removeHeader('content-length').header('content-encoding', coding);
    return packed;
  });
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
