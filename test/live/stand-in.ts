import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { stringify } from 'yaml';
import { componentExport, type LiveWorld, templateExport, type WorldProcess } from './live-world.ts';

export interface StandInOptions {
  readonly world: LiveWorld;
  /** Servers up to 8.0, which export components; servers from 8.1 on, which export processes. */
  readonly generation: 'older' | 'newer';
  readonly token?: string;
  /** Milliseconds before each answer. */
  readonly delay?: number;
  /** Rows of a page at most, whatever is asked for. */
  readonly mostRows?: number;
  /** Newer servers: exports come in YAML, whatever is asked for. */
  readonly yaml?: boolean;
  /** Tells no version. */
  readonly silent?: boolean;
  /** Answers otherwise than it should; null: as it should. Told how often the path was asked before. */
  readonly trouble?: (path: string, before: number) => Trouble | null;
}

export interface Trouble {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly text?: string;
}

export interface StandIn {
  readonly url: string;
  /** Every request as `METHOD path`. */
  readonly asked: string[];
  /** Most requests that were under way at once. */
  most(): number;
  close(): Promise<void>;
}

/** A server that answers the documented calls of UrbanCode Deploy over a made-up world. It knows reading only: all else is refused and noted. */
export async function startStandIn(options: StandInOptions): Promise<StandIn> {
  const { token = 'secret-token', delay = 0, trouble } = options;
  const expected = `Basic ${Buffer.from(`PasswordIsAuthToken:{"token":"${token}"}`).toString('base64')}`;
  const asked: string[] = [];
  const before = new Map<string, number>();
  let running = 0;
  let most = 0;
  const answers = answersOf(options);

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url ?? '/';
    asked.push(`${request.method} ${path}`);
    most = Math.max(most, ++running);
    response.on('close', () => running--);
    if (delay > 0) await pause(delay);
    const times = before.get(path) ?? 0;
    before.set(path, times + 1);
    if (request.method !== 'GET') return void response.writeHead(405).end();
    const wrong = trouble?.(path, times) ?? null;
    if (wrong) return void response.writeHead(wrong.status, wrong.headers).end(wrong.text ?? 'trouble');
    if (path === '/') return void response.writeHead(200, { 'content-type': 'text/html' }).end(firstPage(options));
    if (request.headers.authorization !== expected) return void response.writeHead(401).end();
    const url = new URL(path, 'http://here');
    const found = answers(url.pathname, url.searchParams);
    if (found === undefined) return void response.writeHead(404, { 'content-type': 'text/plain' }).end('Not found');
    const { value, list } = found;
    if (list && url.searchParams.has('rowsPerPage'))
      return page(response, value as unknown[], url.searchParams, options);
    if (!list && options.yaml)
      return void response.writeHead(200, { 'content-type': 'application/yaml' }).end(stringify(value));
    response.writeHead(200, { 'content-type': 'application/json;charset=UTF-8' }).end(JSON.stringify(value));
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    most: () => most,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

function firstPage({ generation, silent }: StandInOptions): string {
  if (silent) return '<html><body>Sign in</body></html>';
  return generation === 'older'
    ? '<html><script>i18n("version %s", "6.2.4.1.930973");</script></html>'
    : '<html><div class="footer"><span class="productVersion">v. 8.2.0.1</span></div></html>';
}

function page(
  response: ServerResponse,
  all: readonly unknown[],
  query: URLSearchParams,
  { mostRows = 200 }: StandInOptions,
): void {
  const rows = Math.min(mostRows, Number(query.get('rowsPerPage')));
  const start = (Number(query.get('pageNumber') ?? 1) - 1) * rows;
  const some = all.slice(start, start + rows);
  response
    .writeHead(200, {
      'content-type': 'application/json',
      'content-range': `items ${start}-${start + some.length - 1}/${all.length}`,
    })
    .end(JSON.stringify(some));
}

type Found = { readonly value: unknown; readonly list: boolean } | undefined;

/** The documented calls, each by its path; what the generation does not know is not there. */
function answersOf({ world, generation }: StandInOptions): (path: string, query: URLSearchParams) => Found {
  const summary = ({ id, name, version, document }: WorldProcess) => ({ id, name, version, path: document['path'] });
  const list = (value: readonly unknown[]): Found => ({ value, list: true });
  const one = (value: unknown): Found => (value === undefined ? undefined : { value, list: false });
  const inTeam = ({ id, name, team }: { id: string; name: string; team?: string }) => ({
    ...{ id, name, active: true },
    ...(team && { extendedSecurity: { read: true, teams: [{ teamId: team, teamName: team }] } }),
  });
  const byId = <T extends { readonly id: string }>(items: readonly T[], id: string | null | undefined) =>
    items.find((item) => item.id === id);
  const whole = (process: WorldProcess | undefined) =>
    process && { ...process.document, id: process.id, version: process.version, versionCount: process.version };
  // that a draft was asked for may be all that tells it from the process
  const asked = (process: WorldProcess | undefined, query: URLSearchParams, mark: object = {}): Found =>
    query.get('draft') === 'true' ? one(process?.draft && { ...process.draft, ...mark }) : one(process?.document);
  const componentProcesses = [...world.components, ...world.templates].flatMap(({ processes }) => processes);
  const applicationProcesses = world.applications.flatMap(({ processes }) => processes);
  const cli = generation === 'newer';

  const shared: readonly [RegExp, (part: string, query: URLSearchParams) => Found][] = [
    [/^\/rest\/plugin\/automationPlugin$/, () => list(world.plugins)],
    [/^\/rest\/process$/, () => list(world.generic.map(summary))],
    [
      /^\/rest\/deploy\/application\/([^/]+)\/components$/,
      (id) =>
        list(
          world.components
            .filter((component) => byId(world.applications, id)?.components.includes(component.id))
            .map(inTeam),
        ),
    ],
    [
      /^\/rest\/deploy\/application\/([^/]+)\/processes\/active$/,
      (id) => list(byId(world.applications, id)?.processes.map(summary) ?? []),
    ],
    [
      /^\/rest\/deploy\/component\/([^/]+)\/processes\/active$/,
      (id) => {
        const component = byId(world.components, id);
        const template = world.templates.find(({ name }) => name === component?.template);
        return component && list([...component.processes, ...(template?.processes ?? [])].map(summary));
      },
    ],
    [
      /^\/rest\/deploy\/componentTemplate\/([^/]+)\/-1\/processes\/active$/,
      (id) => list(byId(world.templates, id)?.processes.map(summary) ?? []),
    ],
  ];
  const older: typeof shared = [
    [/^\/rest\/deploy\/component$/, () => list(world.components.map(inTeam))],
    [/^\/rest\/deploy\/componentTemplate$/, () => list(world.templates.map(inTeam))],
    [/^\/rest\/deploy\/application$/, () => list(world.applications.map(inTeam))],
    [
      /^\/rest\/deploy\/component\/([^/]+)\/export$/,
      (id) => {
        const component = byId(world.components, id);
        return component && one(componentExport(world, component));
      },
    ],
    [
      /^\/rest\/deploy\/componentTemplate\/([^/]+)$/,
      (id) => {
        const template = byId(world.templates, id);
        return template && one(templateExport(template));
      },
    ],
    [/^\/rest\/deploy\/componentProcess\/([^/]+)\/-1$/, (id) => one(whole(byId(componentProcesses, id)))],
    [/^\/rest\/deploy\/applicationProcess\/([^/]+)\/-1$/, (id) => one(whole(byId(applicationProcesses, id)))],
    [/^\/rest\/process\/([^/]+)\/export$/, (id) => one(byId(world.generic, id)?.document)],
  ];
  const newer: typeof shared = [
    [/^\/cli\/component$/, () => list(world.components.map(inTeam))],
    [/^\/cli\/componentTemplate$/, () => list(world.templates.map(inTeam))],
    [/^\/cli\/application$/, () => list(world.applications.map(inTeam))],
    [
      /^\/cli\/componentProcess\/export$/,
      (_, query) =>
        asked(
          byId(byId(world.components, query.get('component'))?.processes ?? [], query.get('componentProcess')),
          query,
        ),
    ],
    [
      /^\/cli\/componentProcess\/exportTemplate$/,
      (_, query) =>
        asked(
          byId(byId(world.templates, query.get('componentTemplate'))?.processes ?? [], query.get('componentProcess')),
          query,
          { draft: true },
        ),
    ],
    [/^\/cli\/process\/export$/, (_, query) => one(byId(world.generic, query.get('process'))?.document)],
    [
      /^\/cli\/applicationProcess\/export$/,
      (_, query) => one(byId(applicationProcesses, query.get('applicationProcess'))?.document),
    ],
  ];
  const known = [...shared, ...(cli ? newer : older)];
  return (path, query) => {
    for (const [pattern, find] of known) {
      const match = pattern.exec(path);
      if (match) return find(decodeURIComponent(match[1] ?? ''), query);
    }
    return undefined;
  };
}
