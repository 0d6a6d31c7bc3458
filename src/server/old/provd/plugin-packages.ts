import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Services } from '../../../service/index.ts';
import type { NumberedOperations } from './numbered-operations.ts';
import { ProvdRefusal, sendJson, sendNoSuchPage } from './provd-reply.ts';
import { links, readId, resource } from './provd-resource.ts';

/** `/pg_mgr/plugins/ID/install`: firmware and other files that an installed plugin offers for its devices. */
export function addPluginPackages(
  app: FastifyInstance,
  { pluginWork, host }: Services,
  numbers: NumberedOperations,
): void {
  const { firmware, settings } = host;
  const base = '/pg_mgr/plugins/:id/install';
  const idOf = (request: FastifyRequest): string => (request.params as { id: string }).id;
  const ifLoaded =
    (answer: (id: string, reply: FastifyReply, request: FastifyRequest) => Promise<unknown>) =>
    async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> =>
      host.plugins.has(idOf(request)) ? answer(idOf(request), reply, request) : sendNoSuchPage(reply);
  const shown = <Item extends Described>(items: Iterable<Item>, more: (item: Item) => object): object => {
    const { locale } = settings.get();
    const pkgs = [...items].map((item) => [
      item.id,
      { version: item.version, description: inLocale(item, locale), ...more(item) },
    ]);
    return { pkgs: Object.fromEntries(pkgs) };
  };

  resource(app, base, {
    GET: ifLoaded(async (id, reply) => {
      const names = ['install', 'uninstall', 'installed', 'installable'];
      const address = `/pg_mgr/plugins/${id}/install`;
      return sendJson(reply, {
        links: links(
          app,
          names.map((name) => [`srv.install.${name}`, `${address}/${name}`]),
        ),
      });
    }),
  });
  resource(app, `${base}/installable`, {
    GET: ifLoaded(async (id, reply) => {
      const offered = (await firmware.offered(id))?.values() ?? [];
      return sendJson(
        reply,
        shown(offered, ({ size }) => ({ dsize: size })),
      );
    }),
  });
  resource(app, `${base}/installed`, {
    GET: ifLoaded(async (id, reply) =>
      sendJson(
        reply,
        shown(await firmware.installed(id), () => ({})),
      ),
    ),
  });
  const begin = async (request: FastifyRequest) => {
    const id = idOf(request);
    if (!host.plugins.has(id)) throw new ProvdRefusal(404, 'No such resource');
    const name = readId(request);
    const offered = (await firmware.offered(id))?.get(name);
    if (!offered) throw new ProvdRefusal(400, `package not found: ${name}`);
    if (offered.fault !== null) throw new ProvdRefusal(400, `package ${name} cannot be installed: ${offered.fault}`);
    return pluginWork.installFirmware(id, name, request.actor!);
  };
  // a tool that asks to upgrade a package means the version that is offered now
  for (const verb of ['install', 'upgrade']) numbers.serve(app, `${base}/${verb}`, begin);
  resource(app, `${base}/uninstall`, {
    POST: ifLoaded(async (id, reply, request) => {
      const name = readId(request);
      await pluginWork.finish(pluginWork.uninstallFirmware(id, name, request.actor!));
      return reply.status(204).send();
    }),
  });
}

interface Described {
  readonly id: string;
  readonly version: string;
  readonly description: string;
  readonly descriptions: Readonly<Record<string, string>>;
}

function inLocale({ description, descriptions }: Described, locale: string | null): string {
  return (locale && (descriptions[locale] ?? descriptions[locale.split('_', 1)[0]!])) || description;
}
