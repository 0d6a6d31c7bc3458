import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ServerProcess } from './server-process.ts';
import { SoakClient } from './soak-client.ts';
import { type Coverage, coverageOf } from './soak-coverage.ts';
import { loads } from './soak-loads.ts';
import { channelAdmin, pluginAdmin, runner, upgrader, urbanCodeUser, type Worker } from './soak-workers.ts';

export interface SoakInput {
  /** A folder of its own. */
  readonly folder: string;
  readonly seconds: number;
  /** Clients that ask one thing after another, beside the five workers. */
  readonly clients: number;
  /** So often each worker goes round at least; three for every route. */
  readonly rounds?: number;
  readonly onProgress?: (text: string) => void;
}

export interface SoakResult {
  readonly requests: number;
  readonly coverage: Coverage;
  readonly explained: Readonly<Record<string, number>>;
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
 * A real server under a mixed load on every route of every interface. Memory and handles are read from the operating
 * system; they must end where they were once the server was warm. `/proc` is needed: elsewhere only the answers are
 * judged.
 */
export async function soak({
  folder,
  seconds,
  clients,
  rounds = 1,
  onProgress = () => {},
}: SoakInput): Promise<SoakResult> {
  const data = join(folder, 'data');
  const server = new ServerProcess(data, '');
  await server.start();
  const client = new SoakClient(server);
  const { ask, ended } = client;
  try {
    await ended(await ask('POST', '/api/examples'));
    const jobs = loads(client);
    const samples: Sample[] = [];
    const over = new AbortController();
    const begin = performance.now();
    const done = (): boolean => (performance.now() - begin) / 1000 >= seconds;
    const going = async (worker: Worker): Promise<void> => {
      for (let turn = 0; turn < rounds || !done(); turn++) await worker(turn);
    };
    const each = Math.ceil(jobs.length / clients);
    const working = Array.from({ length: clients }, async (_, at) => {
      for (let turn = at * each; turn < (at + 1) * each || !done(); turn++) await jobs[turn % jobs.length]!(turn);
    });
    for (const worker of [upgrader, channelAdmin, urbanCodeUser, runner]) working.push(going(worker(client)));
    working.push(going(pluginAdmin(client, data)));
    const sampling = (async () => {
      while (!over.signal.aborted) {
        await pause(Math.min(1000, seconds * 20), undefined, { signal: over.signal }).catch(() => {});
        const sample = await read(server.pid!);
        if (!sample) continue;
        samples.push(sample);
        if (samples.length % 10 === 0) {
          onProgress(`${client.requests} requests, ${sample.megabytes.toFixed(0)} MB, ${sample.handles} handles`);
        }
      }
    })();
    await Promise.all(working);
    over.abort();
    await sampling;
    const { body: metrics } = await ask('GET', '/metrics');
    const { requests, explained, unexplained } = client;
    const coverage = coverageOf(server.routes, String(metrics));
    return judge({ requests, explained, unexplained, coverage, samples });
  } finally {
    await server.kill();
  }
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
    ...seen.unexplained.slice(0, 20),
    ...seen.coverage.missing.map((route) => `nobody asked ${route}`),
    ...(memory.late > memory.early * 1.25 + 30 ? [`memory grew from ${memory.early} to ${memory.late} MB`] : []),
    ...(handles.late > handles.early + 15 ? [`handles grew from ${handles.early} to ${handles.late}`] : []),
  ];
  return { ...seen, memory, handles, faults };
}

function median(samples: readonly Sample[], name: keyof Sample): number {
  const values = samples.map((sample) => sample[name]).sort((a, b) => a - b);
  return Math.round(values[Math.floor(values.length / 2)] ?? 0);
}
