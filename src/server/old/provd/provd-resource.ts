import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ProvdRefusal, provdMediaType, sendPage } from './provd-reply.ts';

/** A resource with the methods it knows; any other is answered as the old server does. */
export function resource(
  app: FastifyInstance,
  url: string,
  methods: Partial<
    Record<'GET' | 'POST' | 'PUT' | 'DELETE', (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>>
  >,
): void {
  for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'] as const) {
    app.route({
      method,
      url,
      exposeHeadRoute: false,
      handler: async (request, reply) => {
        if (method === 'OPTIONS') return reply.status(200).header('content-type', 'text/html').send(Buffer.alloc(0));
        const handler = method === 'PATCH' ? undefined : methods[method];
        if (!handler) return sendPage(reply, 501, 'Huh?', `I don't know how to treat a ${method} request.`);
        return handler(request, reply);
      },
    });
  }
}

/** As the old server writes them: by their paths below this API, named as others see this server. */
export function links(app: FastifyInstance, of: readonly (readonly [rel: string, path: string])[]): object[] {
  return of.map(([rel, path]) => ({ rel, href: app.basePath + app.prefix + path }));
}

/** A body is JSON of the old media type, and an object. */
export function readBody(request: FastifyRequest): Record<string, unknown> {
  const [type = ''] = (request.headers['content-type'] ?? '').split(';');
  if (type.trim().toLowerCase() !== provdMediaType) {
    throw new ProvdRefusal(415, `Entity must be in media type "${provdMediaType}".`);
  }
  try {
    const value: unknown = JSON.parse((request.body as string | undefined) ?? '');
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch (error) {
    throw new ProvdRefusal(400, `Invalid JSON document: ${(error as Error).message}`);
  }
  throw new ProvdRefusal(400, 'Invalid JSON document: not an object');
}

export function readId(request: FastifyRequest): string {
  const { id } = readBody(request);
  if (typeof id !== 'string') throw new ProvdRefusal(400, 'Missing "id" key');
  return id;
}
