import type { EventTopic, eventRoutes } from '../../api/events.ts';
import { system } from '../../ports/index.ts';
import { isWanted, type NumberedEvent, type Services } from '../../service/index.ts';
import type { Authenticate } from './authenticate.ts';
import type { HttpActs } from './mount-routes.ts';

/** A slow reader is cut off when this many bytes wait for it; it comes back and goes on where it was. */
const mostWaiting = 4 * 1024 * 1024;

/** A stream of events as a connection that stays open; it ends with the session or token that opened it. */
export function watchEvents({ events, stopping }: Services, authenticate: Authenticate): HttpActs<typeof eventRoutes> {
  return {
    watch: async ({ query }, { request, reply }) => {
      const topics = query.topics ? new Set(query.topics.split(',') as EventTopic[]) : null;
      const raw = reply.raw;
      reply.hijack();
      raw.writeHead(200, {
        ...(reply.getHeaders() as Record<string, string>),
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      });
      const send = ({ id, event }: NumberedEvent): void => {
        if (!isWanted(event, topics, query.run ?? null)) return;
        raw.write(`id: ${id}\nevent: ${event.topic}\ndata: ${JSON.stringify(event)}\n\n`);
        if (raw.writableLength > mostWaiting) raw.destroy();
      };

      raw.write('retry: 2000\n\n');
      const last = Number(request.headers['last-event-id']);
      if (Number.isFinite(last) && last > 0) {
        const missed = events.since(last);
        if (missed === null) raw.write('event: reset\ndata: {}\n\n');
        else for (const event of missed) send(event);
      }

      const stop = events.listen(send);
      // keeps proxies from closing the stream, and ends it when the token or session has ended
      const beat = async (): Promise<void> => {
        const actor = await authenticate(request).catch(() => null);
        if (actor) raw.write(': here\n\n');
        else raw.end();
      };
      const stopPulse = system.clock.every(20_000, () => void beat());
      const end = (): void => {
        stopPulse();
        stop();
        stopping.removeEventListener('abort', close);
      };
      const close = (): void => void raw.end();
      stopping.addEventListener('abort', close);
      raw.on('close', end);
      return reply;
    },
  };
}
