import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServerConfig } from '../../service/settings/config.ts';
import { type ConfigInput, readConfig } from '../../service/settings/read-config.ts';
import type { AppOptions } from '../app.ts';
import { type RunningServer, startServer } from '../start-server.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers are checked against their schema by the server itself
type Answer = any;

export interface TestServer extends RunningServer {
  readonly folder: string;
  readonly token: string;
  readonly logged: string[];
  /** Asks as the first admin, unless `token` says otherwise; null: as nobody. */
  ask(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body?: unknown,
    token?: string | null,
  ): Promise<{ status: number; body: Answer; headers: Headers }>;
  /** Waits for an operation's end. */
  ended(operation: { readonly id: string }): Promise<Answer>;
  /** Ends what a test started beside the server, before the server. */
  beforeStop(act: () => Promise<void>): void;
}

const testRunKey = '00112233445566778899aabbccddeeff'.repeat(2);

/** Past the pooler that a database was brought behind. */
function directOf(database: string): Record<string, string> {
  const { LOCKSTEP_TEST_POSTGRES: brought, LOCKSTEP_TEST_POSTGRES_DIRECT: direct } = process.env;
  if (brought === undefined || direct === undefined || !database.startsWith(brought)) return {};
  return { LOCKSTEP_DATABASE_DIRECT: direct + database.slice(brought.length) };
}

/** A real server on a free port over a folder of its own; every answer is checked against its schema. */
export async function startTestServer(
  change: Omit<Partial<ServerConfig>, 'agent'> & { readonly agent?: Partial<ServerConfig['agent']> } = {},
  flags: ConfigInput['flags'] = {},
  options: Pick<AppOptions, 'onRoute'> = {},
): Promise<TestServer> {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-server-'));
  const given = await readConfig({
    file: null,
    // servers on one database need the same
    env: flags.database === undefined ? {} : { LOCKSTEP_RUN_KEY: testRunKey, ...directOf(flags.database) },
    flags: { data: join(folder, 'data'), port: 0, ...flags },
    cwd: folder,
  });
  const logged: string[] = [];
  const server = await startServer(
    { ...given, ...change, agent: { ...given.agent, ...change.agent } },
    { ...options, checkReplies: true, logTo: { write: (line) => void logged.push(line) } },
  );
  const token = server.firstToken ?? '';
  const ask: TestServer['ask'] = async (method, path, body, as = token) => {
    const response = await fetch(new URL(path, server.url), {
      method,
      headers: {
        ...(as !== null && { authorization: `Bearer ${as}` }),
        ...(body !== undefined && !(body instanceof FormData) && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: body instanceof FormData ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const json = /json/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, body: json && text !== '' ? JSON.parse(text) : text, headers: response.headers };
  };
  const acts: (() => Promise<void>)[] = [];
  return {
    ...server,
    folder,
    token,
    logged,
    ask,
    ended: async ({ id }) => (await ask('GET', `/api/operations/${id}?wait=60`)).body,
    beforeStop: (act) => void acts.push(act),
    async stop() {
      for (const act of acts) await act();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
