import type { FastifyInstance } from 'fastify';
import { api } from './api/index.ts';
import { tokenHandlers, userHandlers } from './handlers/accounts.ts';
import { activityHandlers } from './handlers/activity.ts';
import { channelHandlers } from './handlers/channels.ts';
import { eventHandlers } from './handlers/events.ts';
import { gateHandlers } from './handlers/gate.ts';
import { lintHandlers } from './handlers/lint.ts';
import { operationHandlers } from './handlers/operations.ts';
import { planHandlers } from './handlers/plans.ts';
import { pluginHandlers } from './handlers/plugins.ts';
import { processHandlers } from './handlers/processes.ts';
import { sessionHandlers } from './handlers/session.ts';
import { settingHandlers } from './handlers/settings.ts';
import { type MountOptions, mountRoutes } from './mount-routes.ts';
import type { Services } from './services.ts';

/** Puts every resource of `/api` into the application, one line each. */
export function mountApi(app: FastifyInstance, services: Services, options: MountOptions): void {
  mountRoutes(app, api.session, sessionHandlers(services), options);
  mountRoutes(app, api.settings, settingHandlers(services), options);
  mountRoutes(app, api.plugins, pluginHandlers(services), options);
  mountRoutes(app, api.operations, operationHandlers(services), options);
  mountRoutes(app, api.processes, processHandlers(services), options);
  mountRoutes(app, api.plans, planHandlers(services), options);
  mountRoutes(app, api.lint, lintHandlers(services), options);
  mountRoutes(app, api.gate, gateHandlers(services), options);
  mountRoutes(app, api.channels, channelHandlers(services), options);
  mountRoutes(app, api.activity, activityHandlers(services), options);
  mountRoutes(app, api.users, userHandlers(services), options);
  mountRoutes(app, api.tokens, tokenHandlers(services), options);
  mountRoutes(app, api.events, eventHandlers(services), options);
}
