import type { FastifyInstance } from 'fastify';
import { api } from '../api/index.ts';
import type { Route } from '../api/route.ts';
import { allActs, type Services } from '../service/index.ts';
import { type HttpActs, type MountOptions, mountRoutes } from './http/mount-routes.ts';
import { watchEvents } from './http/watch-events.ts';

/** Puts the whole contract into the application. */
export async function mountApi(app: FastifyInstance, services: Services, options: MountOptions): Promise<void> {
  const acts: Record<string, object> = {
    ...(await allActs(services)),
    events: watchEvents(services, options.authenticate),
  };
  for (const [resource, routes] of Object.entries(api)) {
    mountRoutes(app, routes as Record<string, Route>, acts[resource] as HttpActs<Record<string, Route>>, options);
  }
}
