import { activityRoutes } from './activity.ts';
import { channelRoutes } from './channels.ts';
import { eventRoutes } from './events.ts';
import { gateRoutes } from './gate.ts';
import { lintRoutes } from './lint.ts';
import { operationRoutes } from './operations.ts';
import { planRoutes } from './plans.ts';
import { pluginRoutes } from './plugins.ts';
import { processRoutes } from './processes.ts';
import { runRoutes } from './runs.ts';
import { sessionRoutes } from './session.ts';
import { settingRoutes } from './settings.ts';
import { tokenRoutes } from './tokens.ts';
import { userRoutes } from './users.ts';

/** Every route of `/api`, by resource and name. */
export const api = {
  session: sessionRoutes,
  settings: settingRoutes,
  plugins: pluginRoutes,
  operations: operationRoutes,
  processes: processRoutes,
  plans: planRoutes,
  lint: lintRoutes,
  gate: gateRoutes,
  channels: channelRoutes,
  runs: runRoutes,
  activity: activityRoutes,
  users: userRoutes,
  tokens: tokenRoutes,
  events: eventRoutes,
};
export type Api = typeof api;
