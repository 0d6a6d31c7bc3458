/** Routes that the load leaves out on purpose. */
const leftOut: readonly (readonly [pattern: RegExp, why: string])[] = [
  [/^\S+ \/provd(\/|$)/, 'the same adapter as /0.2 under its other name; asked for once'],
  [/^\S+ \/assets\//, 'files of the page: one stands for all'],
  [/^GET \/lockstep\.svg$/, 'a file of the page'],
  [/^GET \/api\/docs$/, 'leads to a view of the page'],
  [/^POST \/api\/preview$/, 'asks another server, which does not stand in here'],
  [/^GET \/api\/events$/, 'asked for by every page that comes and goes; a stream that was left has no end to count'],
];

/** `METHOD /pattern` of every route, from Fastify's tree of them. */
export function listRoutes(printed: string): string[] {
  const above: string[] = [];
  const routes: string[] = [];
  for (const line of printed.split('\n')) {
    const [, indent = '', path = '', methods = ''] = /^((?:[│ ] {3})*)[├└]── (\S*) ?(?:\(([^)]*)\))?$/.exec(line) ?? [];
    if (path === '') continue;
    const depth = indent.length / 4;
    above.length = depth;
    above.push(path);
    for (const method of methods.split(', ')) {
      // HEAD comes with GET; the old API answers any method with the same word
      if (method === '' || method === 'HEAD' || method === 'OPTIONS' || method === 'PATCH') {
        if (method !== 'PATCH' || !above.join('').startsWith('/api/')) continue;
      }
      routes.push(`${method} ${above.join('').replace(/^(?!\/)/, '/')}`);
    }
  }
  return routes;
}

/** What the server itself counted, by its metrics. */
function countedRoutes(metrics: string): Map<string, number> {
  const counted = new Map<string, number>();
  for (const [, labels = '', count] of metrics.matchAll(/^lockstep_http_request_seconds_count\{([^}]*)\} (\d+)$/gm)) {
    const label = (name: string): string => new RegExp(`${name}="([^"]*)"`).exec(labels)?.[1] ?? '';
    const route = `${label('method')} ${label('route')}`;
    counted.set(route, (counted.get(route) ?? 0) + Number(count));
  }
  return counted;
}

export interface Coverage {
  readonly routes: number;
  /** Route → how often. */
  readonly asked: Readonly<Record<string, number>>;
  readonly leftOut: Readonly<Record<string, string>>;
  /** Neither asked nor left out with a reason. */
  readonly missing: readonly string[];
}

export function coverageOf(printed: string, metrics: string): Coverage {
  const counted = countedRoutes(metrics);
  const left: Record<string, string> = {};
  const missing: string[] = [];
  const routes = listRoutes(printed);
  for (const route of routes) {
    if (counted.has(route) || isForeignMethod(route, counted)) continue;
    const why = leftOut.find(([pattern]) => pattern.test(route))?.[1];
    if (why === undefined) missing.push(route);
    else left[route] = why;
  }
  const asked = Object.fromEntries([...counted].sort(([a], [b]) => (a < b ? -1 : 1)));
  return { routes: routes.length, asked, leftOut: left, missing };
}

/** The old API takes every method everywhere, and answers those that a resource does not know with one word. */
function isForeignMethod(route: string, counted: ReadonlyMap<string, number>): boolean {
  const [, path = ''] = route.split(' ');
  if (!path.startsWith('/0.2')) return false;
  return ['GET', 'POST', 'PUT', 'DELETE'].some((method) => counted.has(`${method} ${path}`));
}
