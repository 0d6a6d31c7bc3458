import { activityRoutes } from './activity.ts';
import { agentRoutes } from './agents.ts';
import { careRoutes } from './care.ts';
import { channelRoutes } from './channels.ts';
import { eventRoutes } from './events.ts';
import { gateRoutes } from './gate.ts';
import { lintRoutes } from './lint.ts';
import { operationRoutes } from './operations.ts';
import { overviewRoutes } from './overview.ts';
import { planRoutes } from './plans.ts';
import { pluginRoutes } from './plugins.ts';
import { previewRoutes } from './preview.ts';
import { processRoutes } from './processes.ts';
import { pruneRoutes } from './prune.ts';
import { repositoryRoutes } from './repository.ts';
import { runRoutes } from './runs.ts';
import { sessionRoutes } from './session.ts';
import { settingRoutes } from './settings.ts';
import { tokenRoutes } from './tokens.ts';
import { userRoutes } from './users.ts';

/** Every route of `/api`, by resource and name. */
export const api = {
  session: sessionRoutes,
  overview: overviewRoutes,
  settings: settingRoutes,
  plugins: pluginRoutes,
  operations: operationRoutes,
  processes: processRoutes,
  plans: planRoutes,
  lint: lintRoutes,
  gate: gateRoutes,
  preview: previewRoutes,
  channels: channelRoutes,
  repository: repositoryRoutes,
  runs: runRoutes,
  agents: agentRoutes,
  activity: activityRoutes,
  care: careRoutes,
  prune: pruneRoutes,
  users: userRoutes,
  tokens: tokenRoutes,
  events: eventRoutes,
};
export type Api = typeof api;

export { agentStates, planStates } from '../store/index-states.ts';
export { permissions, permissionTable, roles } from './permission.ts';
