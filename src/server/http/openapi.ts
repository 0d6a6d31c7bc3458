import swagger from '@fastify/swagger';
import type { FastifyInstance, FastifySchema } from 'fastify';

/** Collects every route into one OpenAPI document; must be registered before the routes. */
export async function addOpenApi(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      ...(app.basePath !== '' && { servers: [{ url: app.basePath }] }),
      info: {
        title: 'Lockstep',
        version,
        description:
          'Everything that the page and the command line do. Send `Authorization: Bearer TOKEN`. An answer that is an error has a stable `code`, a message and what to do.',
      },
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer' },
          cookie: { type: 'apiKey', in: 'cookie', name: 'lockstep_session' },
        },
      },
    },
    hideUntagged: true,
    transform: ({ schema, url }) => ({ schema: describeBytes((schema ?? {}) as Described) as FastifySchema, url }),
  });
}

/** `/api/openapi.json` for programs; people read it in the page, where each route can be tried. */
export function serveOpenApi(app: FastifyInstance): void {
  app.get('/api/openapi.json', { schema: { hide: true } }, async (_request, reply) =>
    reply.type('application/json; charset=utf-8').send(JSON.stringify(app.swagger())),
  );
  app.get('/api/docs', { schema: { hide: true } }, async (_request, reply) =>
    reply.redirect(`${app.basePath}/help/api`),
  );
}

type Described = Readonly<Record<string, unknown>> & { readonly consumes?: readonly string[] };

/** What comes as bytes or as a form with files is described, but not checked as JSON is. */
function describeBytes(schema: Described): Described {
  const { 'x-files': files, ...rest } = schema;
  if (rest['body'] !== undefined || !rest.consumes) return rest;
  const bytes = { type: 'string', format: 'binary' };
  if (!Array.isArray(files)) return { ...rest, body: bytes };
  const named = Object.fromEntries(files.map((name: string) => [name, bytes]));
  const body = { type: 'object', properties: named, required: files, additionalProperties: { type: 'string' } };
  return { ...rest, body };
}
