import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { RunDetail, RunEvent, RunSummary } from '../../src/run/index.ts';
import { program, projectRoot } from '../journey/program.ts';

export interface ChaosReport {
  readonly runs: number;
  readonly kills: { readonly server: number; readonly agent: number };
  /** Steps of which nobody knew whether they were done; each was asked about. */
  readonly uncertain: number;
  /** Steps that were begun again without asking, being repeatable. */
  readonly repeated: number;
  readonly ended: Readonly<Record<string, number>>;
  /** What must not be; empty in a sound system. */
  readonly faults: readonly string[];
  readonly seconds: number;
}

/** Kills a server and its agents at random instants while runs are under way, then looks at what became of each. */
export async function killRuns({
  runs,
  kills,
  say = () => {},
}: {
  runs: number;
  kills: number;
  say?: (text: string) => void;
}): Promise<ChaosReport> {
  const start = Date.now();
  const data = mkdtempSync(join(tmpdir(), 'lockstep-chaos-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  writeFileSync(join(data, 'token'), 'any');
  const ask = async <T>(path: string, body?: unknown): Promise<T> => {
    for (let attempt = 0; ; attempt++) {
      try {
        const response = await fetch(`${url}${path}`, {
          method: body === undefined ? 'GET' : 'POST',
          ...(body === undefined
            ? {}
            : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
        });
        if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
        return (await response.json()) as T;
      } catch (error) {
        if (attempt > 2400 || !(error instanceof TypeError)) throw error;
        await pause(50);
      }
    }
  };
  let server = startServer();
  const agents = [startAgent('a'), startAgent('b')];
  const killed = { server: 0, agent: 0 };
  const faults: string[] = [];

  function startServer(): ChildProcess {
    return spawn(process.execPath, [join(projectRoot, 'test/long/run-server.ts'), data, String(port), '3'], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }
  function startAgent(name: string): ChildProcess {
    const words = [
      'agent',
      '--server',
      url,
      '--token-file',
      join(data, 'token'),
      '--name',
      name,
      '--slots',
      '2',
      '--home',
      join(data, name),
    ];
    return spawn(process.execPath, [program, ...words], { stdio: 'ignore' });
  }

  /** Waits until the steps have written so many bytes more, or for five seconds. */
  async function written(bytes: number): Promise<void> {
    const size = (): number => statSync(join(data, 'ledger'), { throwIfNoEntry: false })?.size ?? 0;
    const enough = size() + bytes;
    for (const end = Date.now() + 5000; size() < enough && Date.now() < end; ) await pause(20);
  }

  try {
    await ask<RunSummary[]>('/api/runs');
    const ids: string[] = [];
    // a request whose answer is lost may have begun a run that we do not know: the list tells all
    const requesting = (async () => {
      for (let number = 0; number < runs; number++) ids.push((await ask<RunSummary>('/api/runs', { process: '1' })).id);
    })();
    for (let kill = 0; kill < kills; kill++) {
      // in the midst of work, and not while everybody still starts
      await written(Math.random() * 1200);
      await pause(Math.random() * 300);
      const which = Math.floor(Math.random() * 3);
      if (which === 2) {
        server.kill('SIGKILL');
        killed.server++;
        server = startServer();
      } else {
        agents[which]!.kill('SIGKILL');
        killed.agent++;
        agents[which] = startAgent('ab'[which]!);
      }
      say(`kill ${kill + 1} of ${kills}`);
    }
    await requesting;
    const settled = async (): Promise<RunSummary[]> => {
      for (;;) {
        const { items } = await ask<{ items: RunSummary[] }>('/api/runs?limit=1000');
        if (items.every((run) => run.endedAt !== null || run.state === 'waiting')) return items;
        say(
          `${items.filter((run) => run.endedAt !== null || run.state === 'waiting').length} of ${items.length} runs settled`,
        );
        await pause(500);
      }
    };
    const all = await settled();
    for (const id of ids) if (!all.some((run) => run.id === id)) faults.push(`run ${id} is lost`);

    const begun = countLines(data, 'begin');
    const done = countLines(data, 'end');
    let repeated = 0;
    for (const [key, count] of begun) {
      if (key.endsWith(' two')) repeated += count - 1;
      else if (count > 1) faults.push(`${key} was begun ${count} times, and nobody asked for it`);
    }
    let uncertain = 0;
    for (const run of all.filter(({ state }) => state === 'waiting')) {
      const detail = await ask<RunDetail>(`/api/runs/${run.id}`);
      for (const step of detail.stepList.filter(({ state }) => state === 'uncertain')) {
        uncertain++;
        const answer = done.has(`${run.id} ${step.id}`) ? 'success' : 'repeat';
        await ask(`/api/runs/${run.id}/steps/${step.id}/resolve`, { answer });
      }
    }
    // whoever was asked may be asked again for a later step: nothing is killed any more, so not here
    const last = await settled();
    const ended: Record<string, number> = {};
    for (const run of last) {
      ended[run.state] = (ended[run.state] ?? 0) + 1;
      if (run.state !== 'succeeded') faults.push(`run ${run.id} is ${run.state}: ${run.reason}`);
      const events = await ask<RunEvent[]>(`/api/runs/${run.id}/history`);
      events.forEach(({ seq }, index) => {
        if (seq !== index + 1) faults.push(`the history of ${run.id} has a gap at ${index + 1}`);
      });
      for (const step of ['one', 'two', 'three']) {
        const ends = events.filter(({ type, activity }) => type === 'activity-ended' && activity === step).length;
        if (ends !== 1) faults.push(`${run.id} ${step} was completed ${ends} times`);
      }
    }
    return {
      runs: last.length,
      kills: killed,
      uncertain,
      repeated,
      ended,
      faults,
      seconds: Math.round((Date.now() - start) / 1000),
    };
  } finally {
    for (const child of [server, ...agents]) child.kill('SIGKILL');
    await Promise.all(
      [server, ...agents].map(
        (child) => (child.exitCode ?? child.signalCode) !== null || new Promise((gone) => child.once('exit', gone)),
      ),
    );
    // a step that its killed agent left behind may still write for a moment
    rmSync(data, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

function countLines(data: string, word: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of readFileSync(join(data, 'ledger'), 'utf8').split('\n')) {
    const [first, run, step] = line.split(' ');
    if (first === word) counts.set(`${run} ${step}`, (counts.get(`${run} ${step}`) ?? 0) + 1);
  }
  return counts;
}

function freePort(): Promise<number> {
  return new Promise((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => done(port));
    });
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [runs = '100', kills = '50'] = process.argv.slice(2);
  const report = await killRuns({
    runs: Number(runs),
    kills: Number(kills),
    say: (text) => process.stderr.write(`${text}\n`),
  });
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  process.exitCode = report.faults.length > 0 ? 1 : 0;
}
