import multipart from '@fastify/multipart';
import rateLimit from '@fastify/rate-limit';
import Fastify, { type FastifyInstance } from 'fastify';
import { LockstepError } from '../failure/index.ts';
import { system } from '../ports/index.ts';
import { productVersion } from '../product/index.ts';
import { readJsonBody, type ServerConfig, type Services, type Tracing } from '../service/index.ts';
import { channelRoutes } from './channels/channel-routes.ts';
import type { OnRemembered } from './channels/remembered-answers.ts';
import { translateRequestError } from './http/answer-error.ts';
import { type Authenticate, authenticateWith } from './http/authenticate.ts';
import { basePathOf, knowBasePath, withoutBase } from './http/base-path.ts';
import { compressAnswers } from './http/compress-answers.ts';
import { logOptions } from './http/log.ts';
import { addMetrics, type CountAnswer } from './http/metrics.ts';
import { addOpenApi, serveOpenApi } from './http/openapi.ts';
import { addOpenIdRoutes } from './http/openid-routes.ts';
import { followRequests } from './http/request-spans.ts';
import { addSecurityHeaders } from './http/security-headers.ts';
import { mountApi } from './mount-api.ts';
import { provdApi } from './old/provd/provd-api.ts';
import { addSessionKey } from './old/urbancode/session-key.ts';
import { urbanCodeApi } from './old/urbancode/urbancode-api.ts';
import { servePage } from './page/serve-page.ts';

export interface AppOptions {
  /** Finds out who asks; by the accounts unless given. */
  readonly authenticate?: Authenticate;
  /** Where log lines go; stderr unless given. */
  readonly logTo?: { write(line: string): void };
  /** Checks every answer against its schema: for tests. */
  readonly checkReplies?: boolean;
  /** Told of every route as it is mounted, by whomever: for tests that walk them all. */
  readonly onRoute?: (route: { readonly method: string; readonly url: string }) => void;
  /** Where requests become spans. */
  readonly tracing?: Tracing | null;
}

/**
 * The whole HTTP application over ready services, not yet listening: our API, the two old APIs, channels, health,
 * metrics, the page. `app.inject` asks it without a port; `app.close` finishes requests under way.
 */
export async function buildApp(services: Services, options: AppOptions = {}): Promise<FastifyInstance> {
  const { config } = services;
  const basePath = basePathOf(config.listen.url);
  const logger = logOptions(config.log.level, options.logTo);
  const app = Fastify({
    ...(logger !== undefined && { logger }),
    bodyLimit: config.limits.body,
    trustProxy: config.listen.proxies.length > 0 ? [...config.listen.proxies] : false,
    forceCloseConnections: 'idle',
    return503OnClosing: true,
    requestTimeout: 300_000,
    routerOptions: { maxParamLength: 500 },
    genReqId: system.random.uuid,
    rewriteUrl: ({ url = '/' }) => withoutBase(basePath, url),
  });
  knowBasePath(app, basePath);
  if (options.tracing) followRequests(options.tracing.spans, app);
  app.decorateRequest('actor', null);
  app.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) options.onRoute?.({ method: one, url });
  });
  answerErrors(app);
  acceptJson(app);
  app.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload));

  compressAnswers(app);
  addSecurityHeaders(app, { https: config.listen.url?.startsWith('https:') ?? false });
  await app.register(rateLimit, {
    max: config.limits.perMinute,
    timeWindow: 60_000,
    // plain files are cheap, and a server may install a hundred plugins at once
    allowList: (request) => /^\/(plugins\/1\/|healthz|readyz)/.test(request.url),
  });
  await app.register(multipart, { limits: { fileSize: config.limits.upload } });
  await addOpenApi(app, productVersion);
  const authenticate = options.authenticate ?? authenticateWith(services.accounts, { basic: config.basicPasswords });
  const authenticateOld = options.authenticate ?? authenticateWith(services.accounts, { basic: true });
  const countAnswer = addMetrics(app, services, authenticate);
  addHealth(app, services);

  const routes = {
    authenticate,
    uploadLimit: config.limits.upload,
    checkReplies: options.checkReplies ?? false,
    secureCookie: config.listen.url?.startsWith('https:') ?? false,
  };
  await mountApi(app, services, routes);
  serveOpenApi(app);
  for (const prefix of ['/0.2', '/provd', '/api/provd/0.2']) {
    await app.register(provdApi(services, authenticateOld), { prefix });
  }
  addOpenIdRoutes(app, services.openId, routes.secureCookie);
  addSessionKey(app, authenticateOld, routes.secureCookie);
  await app.register(urbanCodeApi(services, authenticateOld));
  await serveChannels(app, services, countAnswer);
  await app.register(async (page) => servePage(page, config.web));
  return app;
}

function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler((thrown, request, reply) => {
    const error = translateRequestError(thrown);
    if (error.status >= 500) request.log.error({ err: error }, error.message);
    if (error.code === 'not-signed-in') reply.header('www-authenticate', 'Bearer');
    return reply.status(error.status === 499 ? 503 : error.status).send({ error: error.toJSON() });
  });
  app.setNotFoundHandler((request, reply) => {
    const error = new LockstepError(
      'route-not-found',
      `There is nothing at ${request.method} ${request.url.split('?', 1)[0]}.`,
      {
        hint: '/api/docs lists what there is.',
      },
    );
    return reply.status(404).send({ error: error.toJSON() });
  });
}

/** Scripts often name JSON as the type of a body that they do not send. */
function acceptJson(app: FastifyInstance): void {
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser<string>(
    'application/json',
    { parseAs: 'string' },
    async (_request: unknown, body: string) => (body === '' ? undefined : readJsonBody(body)),
  );
}

/** `/healthz`: the process answers. `/readyz`: the database answers, was never found damaged, and the server is not stopping. */
function addHealth(app: FastifyInstance, { store, leaving, stopping }: Services): void {
  app.get('/healthz', { schema: { hide: true } }, async () => ({ status: 'ok' }));
  app.get('/readyz', { schema: { hide: true } }, async (_request, reply) => {
    if (stopping.aborted || leaving.since) return reply.status(503).send({ status: 'stopping' });
    if (store.isDamaged()) return reply.status(503).send({ status: 'the database is damaged' });
    try {
      await store.db.selectFrom('setting').select('key').limit(1).execute();
      return { status: 'ready' };
    } catch {
      return reply.status(503).send({ status: 'the database does not answer' });
    }
  });
}

/** `/plugins/1/<channel>/…` for everybody. */
async function serveChannels(app: FastifyInstance, services: Services, countAnswer: CountAnswer): Promise<void> {
  const { served, config } = services;
  await app.register(
    channelRoutes({
      ...served,
      publicHistory: config.publicHistory,
      onRemembered: onRemembered(app, config, countAnswer),
    }),
  );
}

/** Counted and logged as any other. Null where the log names whom a trusted proxy speaks for, which only the framework knows. */
function onRemembered(app: FastifyInstance, { log, listen }: ServerConfig, count: CountAnswer): OnRemembered | null {
  const logged = log.level === 'info' || log.level === 'debug';
  if (logged && listen.proxies.length > 0) return null;
  return ({ route, request, status, milliseconds }) => {
    count(route, status, milliseconds);
    if (!logged) return;
    const req = { method: request.method, url: request.url, ip: request.socket.remoteAddress };
    app.log.info({ req, res: { statusCode: status }, responseTime: milliseconds }, 'request completed');
  };
}
