import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  type RouteComponent,
} from '@tanstack/react-router';
import { NotFound } from './not-found.tsx';
import { Shell } from './shell.tsx';

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });

/** A page whose code is fetched when it is first visited. */
function page<Path extends string>(path: Path, load: () => Promise<{ default: RouteComponent }>) {
  return createRoute({ getParentRoute: () => root, path, component: lazyRouteComponent(load) });
}

const routes = root.addChildren([
  page('/', () => import('../pages/start/start-page.tsx')),
  page('/configuration/provisioning/general', () => import('../pages/general/general-page.tsx')),
  page('/configuration/provisioning/plugins', () => import('../pages/plugins/plugins-page.tsx')),
  page('/processes', () => import('../pages/processes/processes-page.tsx')),
  page('/processes/$id', () => import('../pages/processes/process-page.tsx')),
  page('/processes/$id/design', () => import('../pages/designer/designer-page.tsx')),
  page('/upgrades', () => import('../pages/upgrades/upgrades-page.tsx')),
  page('/upgrades/$id', () => import('../pages/upgrades/plan-page.tsx')),
  page('/runs', () => import('../pages/runs/runs-page.tsx')),
  page('/runs/$id', () => import('../pages/runs/run-page.tsx')),
  page('/lint', () => import('../pages/lint/lint-page.tsx')),
  page('/channels', () => import('../pages/channels/channels-page.tsx')),
  page('/activity', () => import('../pages/activity/activity-page.tsx')),
  page('/users', () => import('../pages/users/users-page.tsx')),
]);

export const router = createRouter({ routeTree: routes, defaultPreload: 'intent', scrollRestoration: true });

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
