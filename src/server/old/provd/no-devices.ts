import type { FastifyInstance, FastifyReply } from 'fastify';
import { sendJson, sendText } from './provd-reply.ts';
import { links, resource } from './provd-resource.ts';

const sentence = 'Lockstep keeps no devices and no configurations; they stay with the server that provisions them.';

/** What the old server had for its devices: empty lists to look at, and one sentence for all else. */
export function addNoDevices(app: FastifyInstance): void {
  const refuse = async (_request: unknown, reply: FastifyReply): Promise<unknown> => sendText(reply, 404, sentence);
  for (const [manager, list] of [
    ['dev_mgr', 'devices'],
    ['cfg_mgr', 'configs'],
  ] as const) {
    const refused = { POST: refuse, PUT: refuse, DELETE: refuse };
    resource(app, `/${manager}`, {
      ...refused,
      GET: async (_request, reply) =>
        sendJson(reply, { links: links(app, [[`${manager.slice(0, 3)}.${list}`, `/${manager}/${list}`]]) }),
    });
    resource(app, `/${manager}/${list}`, {
      ...refused,
      GET: async (_request, reply) => sendJson(reply, { [list]: [] }),
    });
    resource(app, `/${manager}/*`, { ...refused, GET: refuse });
  }
}
