import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { Operation } from '../../../api/operations.ts';
import type { Permission } from '../../../api/permission.ts';
import { LockstepError } from '../../../failure/index.ts';
import { KeptParameters, may, type Services } from '../../../service/index.ts';
import type { Authenticate } from '../../http/authenticate.ts';
import { DigestSignIn, isDigest, sentNonce } from './digest-sign-in.ts';
import { inLocale } from './in-locale.ts';
import { addNoDevices } from './no-devices.ts';
import { NumberedOperations } from './numbered-operations.ts';
import { addPluginPackages } from './plugin-packages.ts';
import {
  accepts,
  ProvdRefusal,
  provdMediaType,
  sendJson,
  sendJsonBytes,
  sendNoSuchPage,
  sendText,
} from './provd-reply.ts';
import { links, readBody, readId, resource } from './provd-resource.ts';

/**
 * The HTTP API of the old server, for clients that know nothing else: a thin adapter over the same acts as `/api`.
 * Its codes, media types, texts and addresses are what those clients were written against.
 */
export function provdApi(services: Services, authenticate: Authenticate): FastifyPluginAsync {
  const numbers = new NumberedOperations(services.operations);
  const digest = new DigestSignIn(services.oldTools);
  return async (app) => {
    speakProvd(app, authenticate, digest);
    addLinks(app);
    addInstall(app, services, numbers);
    addPlugins(app, services);
    addPluginPackages(app, services, numbers);
    addConfigure(app, services);
    addNoDevices(app);
  };
}

function speakProvd(app: FastifyInstance, authenticate: Authenticate, digest: DigestSignIn): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.addHook('onRoute', (route) => {
    route.schema = { ...route.schema, hide: true };
  });
  app.addHook('onRequest', async (request) => {
    request.actor = isDigest(request) ? await digest.actorOf(request) : await authenticate(request);
    const needs = permissionFor(request);
    if (!request.actor) throw new LockstepError('not-signed-in', 'Unauthorized');
    if (!may(request.actor, needs)) throw new ProvdRefusal(403, `${request.actor.name} may not do this (${needs})`);
    if (request.method !== 'OPTIONS' && !accepts(request)) {
      throw new ProvdRefusal(406, `You must accept the "${provdMediaType}" MIME type.`);
    }
  });
  app.setErrorHandler(async (thrown, request, reply) => {
    if (thrown instanceof LockstepError && thrown.code === 'not-signed-in') {
      const nonce = sentNonce(request);
      reply.header('www-authenticate', await digest.challenges(nonce !== null && !digest.isFresh(nonce)));
    }
    return answerError(thrown, request, reply);
  });
  app.setNotFoundHandler((_request, reply) => sendNoSuchPage(reply));
}

function permissionFor(request: FastifyRequest): Permission {
  if (request.method === 'GET' || request.method === 'HEAD' || request.method === 'OPTIONS') return 'read';
  // by the route that was found: an address can be written in many ways
  return /\/configure(\/|$)/.test(request.routeOptions.url ?? '/configure') ? 'settings-edit' : 'plugin-manage';
}

function answerError(thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (thrown instanceof ProvdRefusal) return sendText(reply, thrown.status, thrown.message);
  if (thrown instanceof LockstepError) {
    if (thrown.code === 'not-signed-in') {
      return reply.status(401).header('content-type', 'text/html').send(Buffer.from('Unauthorized'));
    }
    if (thrown.code === 'too-many-requests') return sendText(reply, 429, thrown.message);
    if (thrown.status < 500) return sendText(reply, 400, thrown.message);
  }
  if ((thrown as { statusCode?: number }).statusCode === 429) return sendText(reply, 429, 'Too many requests');
  request.log.error({ err: thrown }, 'a request of the old API failed');
  return sendText(reply, 500, thrown instanceof LockstepError ? thrown.message : 'Internal error');
}

function addLinks(app: FastifyInstance): void {
  const page = (url: string, of: readonly (readonly [string, string])[]): void =>
    resource(app, url, {
      GET: async (_request, reply) => sendJson(reply, { links: links(app, of) }),
    });
  page('', [
    ['dev', '/dev_mgr'],
    ['cfg', '/cfg_mgr'],
    ['pg', '/pg_mgr'],
    ['status', '/status'],
    ['srv.configure', '/configure'],
  ]);
  page('/pg_mgr', [
    ['srv.install', '/pg_mgr/install'],
    ['pg.plugins', '/pg_mgr/plugins'],
    ['pg.reload', '/pg_mgr/reload'],
  ]);
  page(
    '/pg_mgr/install',
    ['install', 'uninstall', 'installed', 'installable', 'upgrade', 'update'].map(
      (name) => [`srv.install.${name}`, `/pg_mgr/install/${name}`] as const,
    ),
  );
  resource(app, '/status', { GET: async (_request, reply) => sendJson(reply, { rest_api: 'ok' }) });
}

function addInstall(app: FastifyInstance, { pluginWork, host }: Services, numbers: NumberedOperations): void {
  const start = (
    kind: 'install' | 'upgrade' | 'update',
    begin: (request: FastifyRequest) => Promise<Operation>,
  ): void => numbers.serve(app, `/pg_mgr/install/${kind}`, begin);

  start('update', async (request) => {
    readBody(request);
    return pluginWork.update(request.actor!);
  });
  start('install', async (request) => {
    const id = readId(request);
    if (await pluginWork.isInstalled(id)) throw new ProvdRefusal(400, `plugin ${id} is already installed`);
    if (!Object.hasOwn(pluginWork.offers(), id)) throw new ProvdRefusal(400, `'${id}'`);
    return pluginWork.install(id, request.actor!);
  });
  start('upgrade', async (request) => {
    const id = readId(request);
    if (!(await pluginWork.isInstalled(id))) throw new ProvdRefusal(400, `plugin ${id} is not already installed`);
    if (!Object.hasOwn(pluginWork.offers(), id)) throw new ProvdRefusal(400, `'${id}'`);
    return pluginWork.upgradeOutright(id, request.actor!);
  });

  resource(app, '/pg_mgr/install/uninstall', {
    POST: async (request, reply) => {
      const id = readId(request);
      if (!(await pluginWork.isInstalled(id))) throw new ProvdRefusal(400, 'plugin not found');
      await pluginWork.finish(await pluginWork.uninstall(id, { force: false }, request.actor!));
      return reply.status(204).send();
    },
  });
  const offered = writeOnce((fields: ReturnType<typeof pluginWork.offers>, locale) => ({
    pkgs: Object.fromEntries(Object.entries(fields).map(([id, one]) => [id, inLocale(oldFieldsOf(one), locale)])),
  }));
  resource(app, '/pg_mgr/install/installable', {
    GET: async (_request, reply) => sendJsonBytes(reply, offered(pluginWork.offers(), host.settings.get().locale)),
  });
  const installed = writeOnce((infos: ReturnType<typeof pluginWork.installedInfos>, locale) => ({
    pkgs: Object.fromEntries(Object.entries(infos).map(([id, one]) => [id, inLocale(one, locale)])),
  }));
  resource(app, '/pg_mgr/install/installed', {
    GET: async (_request, reply) =>
      sendJsonBytes(reply, installed(pluginWork.installedInfos(), host.settings.get().locale)),
  });
}

/** The bytes of an answer, written again only when the value behind it or the language is another one. */
function writeOnce<T extends object>(
  answer: (value: T, locale: string | null) => object,
): (value: T, locale: string | null) => Buffer {
  const written = new WeakMap<T, { readonly locale: string | null; readonly bytes: Buffer }>();
  return (value, locale) => {
    const known = written.get(value);
    if (known?.locale === locale) return known.bytes;
    const bytes = Buffer.from(JSON.stringify(answer(value, locale)));
    written.set(value, { locale, bytes });
    return bytes;
  };
}

function addPlugins(app: FastifyInstance, { pluginWork }: Services): void {
  const idOf = (request: FastifyRequest): string => (request.params as { id: string }).id;
  const ifInstalled =
    (answer: (id: string, reply: FastifyReply, request: FastifyRequest) => Promise<unknown>) =>
    async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> =>
      (await pluginWork.isInstalled(idOf(request))) ? answer(idOf(request), reply, request) : sendNoSuchPage(reply);

  resource(app, '/pg_mgr/plugins', {
    GET: async (_request, reply) => {
      const plugins = Object.keys(pluginWork.installedInfos()).map((id) => [
        id,
        { links: links(app, [['pg.plugin', `/pg_mgr/plugins/${id}`]]) },
      ]);
      return sendJson(reply, { plugins: Object.fromEntries(plugins) });
    },
  });
  resource(app, '/pg_mgr/plugins/:id', {
    GET: ifInstalled(async (id, reply) => {
      const base = `/pg_mgr/plugins/${id}`;
      const firmware = (await pluginWork.host.firmware.offered(id)) !== null;
      return sendJson(reply, {
        links: links(app, [
          ['pg.info', `${base}/info`],
          ...(firmware ? [['srv.install', `${base}/install`] as const] : []),
        ]),
      });
    }),
  });
  resource(app, '/pg_mgr/plugins/:id/info', {
    GET: ifInstalled(async (id, reply) => sendJson(reply, { plugin_info: pluginWork.installedInfos()[id] })),
  });
  resource(app, '/pg_mgr/reload', {
    POST: async (request, reply) => {
      const id = readId(request);
      if (!(await pluginWork.isInstalled(id))) throw new ProvdRefusal(400, `plugin ${id} is not installed`);
      await pluginWork.finish(await pluginWork.reload(id, request.actor!));
      return reply.status(204).send();
    },
  });
}

function addConfigure(app: FastifyInstance, { pluginWork, store }: Services): void {
  const kept = new KeptParameters(store);
  const parameters = async ({ actor }: FastifyRequest) => {
    // a key is shown to those who may set it
    const secret = !may(actor!, 'settings-edit');
    const others = (await kept.list()).map((one) => (secret ? { ...one, value: null } : one));
    return [...(await pluginWork.provdParameters()), ...others];
  };
  resource(app, '/configure', {
    GET: async (request, reply) => {
      const params = (await parameters(request)).map(({ id, description, value }) => ({
        id,
        description,
        value,
        links: links(app, [['srv.configure.param', `/configure/${id}`]]),
      }));
      return sendJson(reply, { params });
    },
  });
  const find = async (request: FastifyRequest) => {
    const { name } = request.params as { name: string };
    const parameter = (await parameters(request)).find(({ id }) => id === name);
    if (!parameter) throw new ProvdRefusal(404, 'No such resource');
    return parameter;
  };
  resource(app, '/configure/:name', {
    GET: async (request, reply) => sendJson(reply, { param: { value: (await find(request)).value } }),
    PUT: async (request, reply) => {
      const { id } = await find(request);
      const { param } = readBody(request) as { param?: { value?: unknown } };
      if (!param || !('value' in param)) throw new ProvdRefusal(400, 'Wrong information in entity');
      const value = param.value ?? null;
      if (kept.has(id)) {
        await kept.set(id, value);
        return reply.status(204).send();
      }
      if (value !== null && typeof value !== 'string')
        throw new ProvdRefusal(400, `not a text: ${JSON.stringify(value)}`);
      if (value !== null && /(_server|_proxy)$/.test(id) && !/^[a-z][a-z0-9+.-]*:\/\//i.test(value)) {
        throw new ProvdRefusal(400, `no scheme: ${value}`);
      }
      await pluginWork.changeSetting(id, value);
      return reply.status(204).send();
    },
  });
}

/** What the old server showed of an offer: not the file's name, and nothing of what only Lockstep writes. */
function oldFieldsOf(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { filename, sha256, digest, family, provenance, versions, ...shown } = fields;
  return shown;
}
