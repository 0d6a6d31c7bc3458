import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ServerProcess } from './server-process.ts';

const examples = fileURLToPath(new URL('../../examples', import.meta.url));
const plugin = 'org.example.fleet-tools';

export interface SoakInput {
  /** A folder of its own. */
  readonly folder: string;
  readonly seconds: number;
  /** Clients that ask one thing after another. */
  readonly clients: number;
  readonly onProgress?: (text: string) => void;
}

export interface SoakResult {
  readonly requests: number;
  /** Kind of request → how often. */
  readonly kinds: Readonly<Record<string, number>>;
  /** Refusals that belong to the load, such as two people saving one process. */
  readonly explained: Readonly<Record<string, number>>;
  /** Everything else: what was asked and what came. */
  readonly unexplained: readonly string[];
  /** Megabytes and open handles, after warming up and at the end. */
  readonly memory: { readonly early: number; readonly late: number };
  readonly handles: { readonly early: number; readonly late: number };
  readonly faults: readonly string[];
}

interface Sample {
  readonly megabytes: number;
  readonly handles: number;
}

/**
 * A real server under a mixed load on every interface. Memory and handles are read from the operating system; they must
 * end where they were once the server was warm. `/proc` is needed: elsewhere only the answers are judged.
 */
export async function soak({ folder, seconds, clients, onProgress = () => {} }: SoakInput): Promise<SoakResult> {
  const server = new ServerProcess(join(folder, 'data'), '');
  await server.start();
  const token = server.token!;
  const kinds: Record<string, number> = {};
  const explained: Record<string, number> = {};
  const unexplained: string[] = [];
  const over = new AbortController();
  let requests = 0;

  const ask = async (method: string, path: string, body?: unknown, allowed: readonly string[] = []) => {
    const kind = `${method} ${path.replace(/\?.*/, '').replaceAll(/\/\d+/g, '/:id')}`;
    kinds[kind] = (kinds[kind] ?? 0) + 1;
    requests++;
    try {
      const answer = await server.ask(method, path, token, body);
      if (answer.status >= 400) {
        const code: string = answer.body?.error?.code ?? String(answer.status);
        if (allowed.includes(code)) explained[code] = (explained[code] ?? 0) + 1;
        else unexplained.push(`${kind}: ${answer.status} ${JSON.stringify(answer.body).slice(0, 300)}`);
      }
      return answer;
    } catch (error) {
      unexplained.push(`${kind}: ${String(error)}`);
      return { status: 0, body: null };
    }
  };
  const ended = async (operation: { id: string } | null) => {
    if (!operation) return null;
    const { body } = await ask('GET', `/api/operations/${operation.id}?wait=30`);
    return body;
  };

  try {
    await ended((await ask('POST', '/api/examples')).body);
    const jobs = loads({ ask, ended, url: server.url, token });
    const samples: Sample[] = [];
    const begin = performance.now();
    const done = (): boolean => (performance.now() - begin) / 1000 >= seconds;
    const working = Array.from({ length: clients }, async (_, client) => {
      for (let turn = client; !done(); turn++) await jobs[turn % jobs.length]!(turn);
    });
    // planning, applying and taking back, one after another, all the time
    working.push(
      (async () => {
        while (!done()) await upgradeAndBack(ask, ended);
      })(),
    );
    const sampling = (async () => {
      while (!done()) {
        await pause(Math.min(1000, seconds * 20), undefined, { signal: over.signal }).catch(() => {});
        const sample = await read(server.pid!);
        if (sample) samples.push(sample);
        if (samples.length % 10 === 0 && sample)
          onProgress(`${requests} requests, ${sample.megabytes.toFixed(0)} MB, ${sample.handles} handles`);
      }
    })();
    await Promise.all(working);
    over.abort();
    await sampling;
    return judge({ requests, kinds, explained, unexplained, samples });
  } finally {
    await server.kill();
  }
}

type Ask = (
  method: string,
  path: string,
  body?: unknown,
  allowed?: readonly string[],
) => Promise<{ status: number; body: ReturnType<typeof JSON.parse> }>;
type Ended = (
  operation: { id: string } | null,
) => Promise<{ state: string; result: ReturnType<typeof JSON.parse> } | null>;

function loads({ ask, ended, url, token }: { ask: Ask; ended: Ended; url: string; token: string }) {
  const process = (turn: number): string => String(1 + (turn % 5));
  return [
    async () => void (await ask('GET', '/api/plugins')),
    async () => void (await ask('GET', `/api/plugins/${plugin}`)),
    async () => void (await ask('GET', '/api/processes?limit=20')),
    async (turn: number) => void (await ask('GET', `/api/processes/${process(turn)}/versions`)),
    async (turn: number) => {
      const shown = (await ask('GET', `/api/processes/${process(turn)}`)) as { status: number; body: never };
      const { version, document } = shown.body as { version: number; document: object };
      await ask(
        'PUT',
        `/api/processes/${process(turn)}`,
        { expectedVersion: version, document: { ...document, description: `saved in turn ${turn}` } },
        ['process-edited'],
      );
    },
    async () => void (await ask('POST', '/api/processes/export', { ids: ['1', '2', '3'] })),
    async () => void (await ask('GET', '/api/plans')),
    async () => void (await ask('GET', '/api/operations')),
    async () => void (await ask('GET', '/api/activity')),
    async () => void (await ask('GET', '/api/settings')),
    async () => void (await ask('GET', '/api/tokens')),
    async () => void (await ask('GET', '/api/users')),
    async () => void (await ask('GET', '/api/runs')),
    async () => void (await ask('GET', '/api/agents')),
    async () => void (await ask('GET', '/rest/plugin/automationPlugin')),
    async () => void (await ask('GET', '/0.2/pg_mgr')),
    async () => {
      const form = new FormData();
      for (const [field, version] of [
        ['old', 1],
        ['new', 3],
      ] as const) {
        form.set(field, new Blob([await readFile(`${examples}/fleet-tools/${version}/plugin.xml`)]), 'plugin.xml');
      }
      await ask('POST', '/api/lint', form);
    },
    async () => {
      const { body } = await ask('POST', `/api/plugins/${plugin}/reload`, undefined, ['plugin-conflict']);
      await ended(((body as { operation?: { id: string } })?.operation ?? body) as { id: string } | null);
    },
    async () => {
      // a page that comes and goes
      const leave = new AbortController();
      const response = await fetch(new URL('/api/events', url), {
        headers: { authorization: `Bearer ${token}` },
        signal: leave.signal,
      }).catch(() => null);
      await response?.body
        ?.getReader()
        .read()
        .catch(() => {});
      leave.abort();
    },
    async () => {
      for (const path of ['healthz', 'readyz', 'metrics']) {
        await (await fetch(new URL(path, url)).catch(() => null))?.text();
      }
    },
  ];
}

async function upgradeAndBack(ask: Ask, ended: Ended): Promise<void> {
  const planning = await ask('POST', '/api/plans', { plugin });
  const planned = await ended(planning.body as { id: string } | null);
  if (planned?.state !== 'success') return;
  const id = String(planned.result);
  const questions = await ask('GET', `/api/plans/${id}/questions?open=true`);
  const { items = [] } = (questions.body ?? {}) as { items?: { question: { groupKey: string } }[] };
  const answers = Object.fromEntries(items.map(({ question }) => [question.groupKey, 'pin']));
  if (items.length > 0) await ask('PUT', `/api/plans/${id}/answers`, { answers });
  await ended((await ask('POST', `/api/plans/${id}/apply`)).body);
  await ended((await ask('POST', `/api/plans/${id}/undo`)).body);
}

async function read(pid: number): Promise<Sample | null> {
  try {
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    const kilobytes = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]);
    return { megabytes: kilobytes / 1024, handles: (await readdir(`/proc/${pid}/fd`)).length };
  } catch {
    return null;
  }
}

/** Warm after a third; what is measured afterwards is compared with the last sixth. */
function judge({
  samples,
  ...seen
}: Omit<SoakResult, 'memory' | 'handles' | 'faults'> & { samples: readonly Sample[] }): SoakResult {
  const third = Math.floor(samples.length / 3);
  const early = samples.slice(third, third + Math.max(1, Math.floor(samples.length / 6)));
  const late = samples.slice(-Math.max(1, Math.floor(samples.length / 6)));
  const memory = { early: median(early, 'megabytes'), late: median(late, 'megabytes') };
  const handles = { early: median(early, 'handles'), late: median(late, 'handles') };
  const faults = [
    ...seen.unexplained.slice(0, 10),
    ...(memory.late > memory.early * 1.25 + 30 ? [`memory grew from ${memory.early} to ${memory.late} MB`] : []),
    ...(handles.late > handles.early + 15 ? [`handles grew from ${handles.early} to ${handles.late}`] : []),
  ];
  return { ...seen, memory, handles, faults };
}

function median(samples: readonly Sample[], name: keyof Sample): number {
  const values = samples.map((sample) => sample[name]).sort((a, b) => a - b);
  return Math.round(values[Math.floor(values.length / 2)] ?? 0);
}
