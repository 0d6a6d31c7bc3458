import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

const builtPage = fileURLToPath(new URL('../../../web/dist', import.meta.url));

/** The page's files; every address that is none of them is the page itself, which has routes of its own. */
export async function servePage(app: FastifyInstance, folder: string | null): Promise<void> {
  const root = resolve(folder ?? builtPage);
  if (!existsSync(join(root, 'index.html'))) {
    app.get('/', { schema: { hide: true } }, async (_request, reply) =>
      reply
        .type('text/plain; charset=utf-8')
        .send(
          'Lockstep is running. The page is not built (npm run build -w web); the API is described at /api/openapi.json.\n',
        ),
    );
    return;
  }
  await app.register(fastifyStatic, {
    root,
    wildcard: false,
    index: false,
    // written beside the files when the page was built
    preCompressed: true,
    setHeaders(response, path) {
      // files below assets/ have their digest in their name
      const immutable = path.startsWith(join(root, 'assets'));
      response.header('cache-control', immutable ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  const built = await readFile(join(root, 'index.html'), 'utf8');
  // built to lie anywhere; its routes have slashes, so it names its parts from the root of the host
  const page = built
    .replaceAll('="./', `="${app.basePath}/`)
    .replace('name="base-path" content=""', `name="base-path" content="${app.basePath}"`);
  const owned = /^\/(api|0\.2|provd|rest|cli|plugins\/1|metrics|healthz|readyz)(\/|$)/;
  app.get('/*', { schema: { hide: true } }, async (request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '/';
    // a route may end in a plugin's id, such as xivo-cisco-spa-7.5.4: only what looks like one of our files is one
    if (owned.test(path) || /\.(js|css|map|json|svg|png|ico|txt|woff2?)$/i.test(path)) return reply.callNotFound();
    return reply.header('cache-control', 'no-cache').type('text/html; charset=utf-8').send(page);
  });
}
