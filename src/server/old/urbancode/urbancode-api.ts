import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { Permission } from '../../../api/permission.ts';
import {
  createProcess,
  findProcess,
  importProcesses,
  listPlugins,
  showPlugin,
  showProcess,
} from '../../../catalogue/index.ts';
import { LockstepError } from '../../../failure/index.ts';
import type { ProcessDocument } from '../../../process/index.ts';
import { type Actor, exportFor, handOut, requirePermission, type Services } from '../../../service/index.ts';
import type { Authenticate } from '../../http/authenticate.ts';
import { readJsonBody } from '../../http/read-json-body.ts';

/** The paths that scripts for UrbanCode Deploy use, as a thin adapter over the same acts as `/api`. */
export function urbanCodeApi(services: Services, authenticate: Authenticate): FastifyPluginAsync {
  return async (app) => {
    app.addHook('onRoute', (route) => {
      route.schema = { ...route.schema, hide: true };
    });
    // scripts often send JSON without saying so
    app.addContentTypeParser(
      ['text/plain', 'application/x-www-form-urlencoded'],
      { parseAs: 'string' },
      (_request, body, done) => done(null, body),
    );
    addPlugins(app, services, authenticate);
    addProcesses(app, services, authenticate);
  };
}

type Act = (request: FastifyRequest, reply: FastifyReply, actor: Actor) => Promise<unknown>;

function guarded(authenticate: Authenticate, permission: Permission, act: Act) {
  return {
    onRequest: async (request: FastifyRequest) => {
      request.actor = requirePermission(await authenticate(request), permission);
    },
    handler: (request: FastifyRequest, reply: FastifyReply) => act(request, reply, request.actor!),
  };
}

function addPlugins(app: FastifyInstance, { catalogueOf, desk }: Services, authenticate: Authenticate): void {
  const url = '/rest/plugin/automationPlugin';
  app.route({
    method: 'GET',
    url,
    ...guarded(authenticate, 'read', async (_request, _reply, actor) => {
      const catalogue = catalogueOf(actor.name);
      const plugins = await listPlugins(catalogue);
      const shown = await Promise.all(plugins.map(({ id }) => showPlugin(catalogue, id)));
      return shown.flatMap((plugin) => (plugin.activeVersion === null ? [] : describePlugin(plugin)));
    }),
  });
  app.route({
    method: 'POST',
    url,
    ...guarded(authenticate, 'plugin-manage', async (request, _reply, actor) => {
      const file = await request.file();
      if (!file)
        throw new LockstepError('request-not-valid', 'The form has no file.', {
          hint: 'Send a multipart field "file".',
        });
      const operation = await desk.upload({ name: file.filename, bytes: await file.toBuffer() }, actor);
      const { result } = await desk.finish(operation);
      const { id } = result as { id: string };
      const plugin = await showPlugin(catalogueOf(actor.name), id);
      return describePlugin(plugin)[0] ?? { id, pluginId: id, name: plugin.name };
    }),
  });
  app.route({
    method: 'DELETE',
    url: `${url}/:id`,
    ...guarded(authenticate, 'plugin-manage', async (request, reply, actor) => {
      const plugin = await showPlugin(catalogueOf(actor.name), (request.params as { id: string }).id);
      await desk.finish(await desk.uninstall(plugin.id, { force: false }, actor));
      return reply.status(204).send();
    }),
  });
}

type Shown = Awaited<ReturnType<typeof showPlugin>>;

/** `version` is the number and, after a dot, what tells one load of it from another: here its digest as a number. */
function describePlugin(plugin: Shown): object[] {
  const active = plugin.versions.find(({ version }) => version === plugin.activeVersion);
  if (!active) return [];
  const number = active.number ?? 0;
  const description =
    plugin.definitions.get(number)?.description ?? plugin.infos.get(active.version)?.description ?? '';
  return [
    {
      id: plugin.id,
      pluginId: plugin.id,
      name: active.name,
      description,
      version: `${number}.${Number.parseInt(active.digest.slice(0, 6), 16) % 1_000_000}`,
      versionNumber: number,
      ghostedDate: 0,
    },
  ];
}

function addProcesses(app: FastifyInstance, services: Services, authenticate: Authenticate): void {
  const { catalogueOf, events } = services;
  const create =
    (kind: 'component' | 'generic'): Act =>
    async (request, _reply, actor) => {
      const body = readJson(request);
      const { component, application: _application, ...document } = body as Record<string, unknown>;
      if (typeof document['name'] !== 'string') {
        throw new LockstepError('request-not-valid', 'The process has no name.', {
          hint: 'Send {"name": …, "rootActivity": …}.',
        });
      }
      const whole = { rootActivity: { type: 'graph', name: document['name'], children: [], edges: [] }, ...document };
      const owner = kind === 'component' ? String(component ?? '') || null : null;
      const made = await createProcess(catalogueOf(actor.name), {
        kind,
        owner,
        document: whole as unknown as ProcessDocument,
      });
      events.publish({ topic: 'process', id: made.id, version: made.version, by: actor.name });
      return { id: made.id, name: made.name, version: made.version };
    };
  app.route({
    method: 'PUT',
    url: '/cli/componentProcess/create',
    ...guarded(authenticate, 'process-edit', create('component')),
  });
  app.route({ method: 'PUT', url: '/cli/process/create', ...guarded(authenticate, 'process-edit', create('generic')) });

  const show: Act = async (request, _reply, actor) => {
    const { id, version } = request.params as { id: string; version: string };
    const number = Number(version);
    if (!Number.isInteger(number)) {
      throw new LockstepError('request-not-valid', `"${version}" is no version.`, { hint: '-1 is the latest.' });
    }
    const catalogue = catalogueOf(actor.name);
    const { document, ...process } = await showProcess(catalogue, id, number < 0 ? undefined : number);
    const [shown] = await handOut(catalogue, actor, [document] as const);
    return { ...shown, id: process.id, version: process.shown.version, versionCount: process.version };
  };
  app.route({
    method: 'GET',
    url: '/rest/deploy/componentProcess/:id/:version',
    ...guarded(authenticate, 'read', show),
  });
  app.route({
    method: 'GET',
    url: '/rest/process/:id/export',
    ...guarded(authenticate, 'process-edit', async (request, reply, actor) => {
      const { id } = await findProcess(catalogueOf(actor.name), (request.params as { id: string }).id);
      return reply.type('application/json').send(await exportFor(catalogueOf(actor.name), actor, [id]));
    }),
  });
  app.route({ method: 'GET', url: '/rest/process/:id/:version', ...guarded(authenticate, 'read', show) });
  app.route({
    method: 'POST',
    url: '/rest/process/import',
    ...guarded(authenticate, 'process-edit', async (request, _reply, actor) => {
      const text = request.isMultipart()
        ? (await (await request.file())?.toBuffer())?.toString('utf8')
        : JSON.stringify(readJson(request));
      if (!text)
        throw new LockstepError('request-not-valid', 'Nothing was sent.', {
          hint: 'Send the export as a file or as the body.',
        });
      const { processes } = await importProcesses(catalogueOf(actor.name), { text, file: 'import.json' });
      for (const { id, version } of processes) events.publish({ topic: 'process', id, version, by: actor.name });
      const [first] = processes;
      return { id: first?.id, name: first?.name, processes };
    }),
  });
  app.route({
    method: 'POST',
    url: '/rest/process/request',
    ...guarded(authenticate, 'process-run', async (request, _reply, actor) => {
      const body = readJson(request) as { processId?: string; process?: string; properties?: Record<string, string> };
      const process: unknown = body.processId ?? body.process;
      if (typeof process !== 'string' || process === '')
        throw new LockstepError('request-not-valid', 'No processId.', {
          hint: 'Send {"processId": …, "properties": {…}}.',
        });
      const { id } = await findProcess(catalogueOf(actor.name), process);
      const run = await services.runs.runs.request({ processId: id, values: body.properties ?? {}, by: actor.name });
      return { requestId: run.id };
    }),
  });
}

function readJson(request: FastifyRequest): object {
  const { body } = request;
  const value: unknown = typeof body === 'string' ? readJsonBody(body) : body;
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new LockstepError('request-not-valid', 'The body is not a JSON object.', { hint: 'Send application/json.' });
}
