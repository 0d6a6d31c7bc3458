import { createRootRoute, createRoute, createRouter } from '@tanstack/react-router';
import { basePath } from '../api/base-path.ts';
import type { TextKey } from '../text/index.tsx';
import { lazyPage } from './lazy-page.tsx';
import { NotFound } from './not-found.tsx';
import { PageFailed } from './page-failed.tsx';
import { Shell } from './shell.tsx';

/** What stands at the top of a page: the words before its own name, with where they lead. */
export interface Crumb {
  readonly text: TextKey;
  readonly to?: string;
}

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });

/** A page whose code is fetched when it is first visited. `crumbs` lead to it; the last one is its title. */
function page<Path extends string>(
  path: Path,
  crumbs: readonly Crumb[],
  load: () => Promise<{ default: React.ComponentType }>,
) {
  return createRoute({
    getParentRoute: () => root,
    path,
    staticData: { crumbs },
    component: lazyPage(load),
    errorComponent: PageFailed,
  });
}

const provisioning: readonly Crumb[] = [{ text: 'menu.configuration' }, { text: 'menu.provisioning' }];
const plugins: Crumb = { text: 'menu.plugins', to: '/configuration/provisioning/plugins' };
const processes: Crumb = { text: 'menu.processes', to: '/processes' };
const upgrades: Crumb = { text: 'menu.upgrades', to: '/upgrades' };
const runs: Crumb = { text: 'menu.runs', to: '/runs' };

const routes = root.addChildren([
  page('/', [{ text: 'menu.inbox' }], () => import('../pages/inbox/inbox-page.tsx')),
  page(
    '/configuration/provisioning/general',
    [...provisioning, { text: 'menu.general' }],
    () => import('../pages/general/general-page.tsx'),
  ),
  page(
    '/configuration/provisioning/plugins',
    [...provisioning, plugins],
    () => import('../pages/plugins/plugins-page.tsx'),
  ),
  page(
    '/configuration/provisioning/plugins/$id',
    [...provisioning, plugins],
    () => import('../pages/plugins/plugin-page.tsx'),
  ),
  page('/processes', [processes], () => import('../pages/processes/processes-page.tsx')),
  page('/labels', [processes, { text: 'menu.labels' }], () => import('../pages/labels/labels-page.tsx')),
  page('/snapshots', [processes, { text: 'menu.snapshots' }], () => import('../pages/snapshots/snapshots-page.tsx')),
  page('/processes/$id', [processes], () => import('../pages/processes/process-page.tsx')),
  page('/processes/$id/design', [processes], () => import('../pages/designer/designer-page.tsx')),
  page('/upgrades', [upgrades], () => import('../pages/upgrades/upgrades-page.tsx')),
  page('/upgrades/$id', [upgrades], () => import('../pages/upgrades/plan-page.tsx')),
  page('/runs', [runs], () => import('../pages/runs/runs-page.tsx')),
  page('/runs/$id', [runs], () => import('../pages/runs/run-page.tsx')),
  page('/lint', [{ text: 'menu.lint' }], () => import('../pages/lint/lint-page.tsx')),
  page('/preview', [{ text: 'menu.preview' }], () => import('../pages/preview/preview-page.tsx')),
  page('/channels', [{ text: 'menu.channels' }], () => import('../pages/channels/channels-page.tsx')),
  page('/agents', [{ text: 'menu.agents' }], () => import('../pages/agents/agents-page.tsx')),
  page('/activity', [{ text: 'menu.activity' }], () => import('../pages/activity/activity-page.tsx')),
  page('/health', [{ text: 'menu.health' }], () => import('../pages/health/health-page.tsx')),
  page('/help/api', [{ text: 'menu.help' }, { text: 'app.apiDocs' }], () => import('../pages/api/api-page.tsx')),
  page('/users', [{ text: 'menu.users' }], () => import('../pages/users/users-page.tsx')),
]);

export const router = createRouter({
  routeTree: routes,
  basepath: basePath === '' ? '/' : basePath,
  defaultPreload: 'intent',
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
  interface StaticDataRouteOption {
    readonly crumbs?: readonly Crumb[];
  }
}
