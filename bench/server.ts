/**
 * `npm run bench:server`: what a server answers a second, beside Node's bare HTTP server and, where it is
 * installed, nginx with the same files, and how long it takes to install 114 packages. Prints a table on stderr and JSON on stdout. `--seconds N` for each load (default
 * 10), `--minutes N` of steady load for the memory line (default 10; 0 leaves it out). Linux: reads /proc.
 *
 * The server has one core and the client, a process of its own, another, where there are two and `taskset`.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { program } from '../test/journey/program.ts';
import type { LoadJob, LoadResult } from './load-client.ts';
import { serveByNginx } from './nginx.ts';
import { makeChannel } from './plugin-channel.ts';
import { familyOf, processorOf, putOnCore, residentOf } from './processor.ts';

const { values } = parseArgs({ options: { seconds: { type: 'string' }, minutes: { type: 'string' } } });
const seconds = Number(values.seconds ?? 10);
const minutes = Number(values.minutes ?? 10);
const count = 114;
const root = fileURLToPath(new URL('..', import.meta.url));

interface Peer {
  readonly name: string;
  readonly port: number;
  readonly pids: readonly number[];
}

interface Load extends LoadResult {
  readonly server: string;
  readonly what: string;
  /** Milliseconds of the server's processor time for each request: what a busy machine changes least. */
  readonly cpu: number;
}

interface Read {
  readonly what: string;
  readonly paths: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
}

const folder = await mkdtemp(join(tmpdir(), 'lockstep-bench-'));
const children: ChildProcess[] = [];
try {
  process.stderr.write(`Making a channel of ${count} plugins …\n`);
  const { ids, files } = await makeChannel(join(folder, 'channels'), count);
  const server = await serve();
  const installing = await installAll(server, ids);

  const lockstep: Peer = { name: 'lockstep', port: Number(new URL(server.url).port), pids: [server.pid] };
  const nginx = await startNginx();
  const bare = await startBare();
  const pinned = putOnCore([...lockstep.pids, ...bare.pids, ...(nginx?.pids ?? [])], 0);
  const token = { authorization: `Bearer ${server.token}` };
  const lists: Read[] = [
    { what: 'list of plugins', paths: ['/api/plugins?state=installed'], headers: token },
    { what: 'old list', paths: ['/0.2/pg_mgr/install/installed'], headers: { 'x-auth-token': server.token } },
  ];
  const plain: Read[] = [
    { what: 'index', paths: ['/plugins/1/testing/plugins.db'] },
    { what: 'packages', paths: files.map((file) => `/plugins/1/testing/${file}`) },
  ];
  const top: Load[] = [];
  for (const read of lists) top.push(await load(lockstep, read, null));
  for (const read of plain) {
    for (const peer of [lockstep, bare, ...(nginx ? [nginx] : [])]) top.push(await load(peer, read, null));
  }
  const half: Load[] = [];
  for (const read of [...lists, ...plain]) {
    const best = top.find(({ server: name, what }) => name === lockstep.name && what === read.what)!;
    half.push(await load(lockstep, read, best.perSecond / 2));
  }
  const memory = await steadyLoad(lockstep, lists[0]!, half[0]!.perSecond);
  report({ top, half, installing, memory, pinned, nginx: nginx !== null });
} finally {
  for (const child of children) child.kill('SIGTERM');
  await rm(folder, { recursive: true, force: true });
}

interface Served {
  readonly url: string;
  readonly token: string;
  readonly pid: number;
}

async function serve(): Promise<Served> {
  const config = join(folder, 'lockstep.yaml');
  await writeFile(
    config,
    `data: ${folder}/data\nrepository: ${folder}/channels\nlisten: { port: 0 }\nlimits: { perMinute: 100000000 }\nlog: { level: error }\n`,
  );
  const child = spawn(process.execPath, [program, 'serve', '--config', config], { cwd: root });
  children.push(child);
  let said = '';
  return new Promise((done, fail) => {
    child.on('close', () => fail(new Error(said)));
    child.stderr.on('data', (piece: Buffer) => {
      said += piece;
      const url = /http:\/\/127\.0\.0\.1:\d+\//.exec(said)?.[0];
      if (!url) return;
      const served = (token: string) => ({ url, token: token.trim(), pid: child.pid! });
      readFile(join(folder, 'data/first-token'), 'utf8').then((token) => done(served(token)), fail);
    });
  });
}

async function startNginx(): Promise<Peer | null> {
  const started = await serveByNginx(join(folder, 'nginx'), join(folder, 'channels'));
  if (!started) return null;
  children.push(started.child);
  return { name: 'nginx', port: started.port, pids: familyOf(started.child.pid!) };
}

async function startBare(): Promise<Peer> {
  const child = spawn(process.execPath, [join(root, 'bench/bare-node.ts'), join(folder, 'channels')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const [port] = (await once(child.stdout, 'data')) as [Buffer];
  return { name: 'bare node', port: Number(String(port)), pids: [child.pid!] };
}

/** Seconds by the clock and of the processor, eight at a time, each as a client would: asked for, then waited for. */
async function installAll(server: Served, ids: readonly string[]): Promise<{ seconds: number; processor: number }> {
  const ask = (method: string, path: string, body?: unknown) =>
    fetch(new URL(path, server.url), {
      method,
      headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const operation = async (response: Response) => {
    let found = (await response.json()) as { id: string; state: string };
    while (found.state === 'progress' || found.state === 'waiting') {
      found = (await (await ask('GET', `/api/operations/${found.id}?wait=30`)).json()) as typeof found;
    }
    if (found.state !== 'success') throw new Error(JSON.stringify(found));
  };
  await ask('PUT', '/api/settings/plugin_server', { value: new URL('plugins/1/testing/', server.url).href });
  await operation(await ask('POST', '/api/plugins/update'));
  const processor = processorOf([server.pid]);
  const began = performance.now();
  const left = [...ids];
  const worker = async (): Promise<void> => {
    for (let id = left.shift(); id !== undefined; id = left.shift()) {
      await operation(await ask('POST', `/api/plugins/${id}/install`, {}));
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  return {
    seconds: (performance.now() - began) / 1000,
    processor: (processorOf([server.pid]) - processor) / 1000,
  };
}

async function load(
  peer: Peer,
  { what, paths, headers = {} }: Read,
  rate: number | null,
  duration = seconds,
): Promise<Load> {
  const job: LoadJob = { port: peer.port, paths, headers, connections: 32, seconds: duration, rate };
  const before = processorOf(peer.pids);
  const client = [join(root, 'bench/load-client.ts'), JSON.stringify(job)];
  const running = promisify(execFile)(process.execPath, client);
  putOnCore([running.child.pid!], 1);
  const result = JSON.parse((await running).stdout) as LoadResult;
  const cpu = (processorOf(peer.pids) - before) / Math.max(1, result.requests);
  return { ...result, server: peer.name, what, cpu };
}

/** Resident bytes at the start and after each minute. */
async function steadyLoad(peer: Peer, read: Read, rate: number): Promise<number[]> {
  const memory = [residentOf(peer.pids[0]!)];
  for (let minute = 1; minute <= minutes; minute += 1) {
    process.stderr.write(`Steady load, minute ${minute} of ${minutes} …\n`);
    await load(peer, read, rate, 60);
    memory.push(residentOf(peer.pids[0]!));
  }
  return memory;
}

interface Measured {
  readonly top: readonly Load[];
  readonly half: readonly Load[];
  readonly installing: { readonly seconds: number; readonly processor: number };
  readonly memory: readonly number[];
  readonly pinned: boolean;
  readonly nginx: boolean;
}

function report(measured: Measured): void {
  const { top, half, installing, memory, pinned, nginx } = measured;
  const row = (load: Load): string => {
    const { server, what, perSecond, p50, p99, cpu, clientCpu, clientLate, errors } = load;
    const late = clientLate > 0 ? `, ${clientLate.toFixed(1)} ms late` : '';
    return `${server.padEnd(9)} ${what.padEnd(16)} ${perSecond.toFixed(0).padStart(7)}/s  p50 ${p50.toFixed(1).padStart(6)} ms  p99 ${p99.toFixed(1).padStart(6)} ms  cpu ${(cpu * 1000).toFixed(0).padStart(4)} µs  (client ${(clientCpu * 1000).toFixed(0)} µs${late})  ${errors} errors`;
  };
  const rows = ['As fast as it goes:', ...top.map(row)];
  for (const what of ['index', 'packages']) {
    const [theirs, ...others] = ['nginx', 'lockstep', 'bare node'].map((name) =>
      top.find((load) => load.server === name && load.what === what),
    );
    for (const one of others) {
      if (!one || !theirs) continue;
      const rate = (one.perSecond / theirs.perSecond).toFixed(2);
      rows.push(
        `${what}, ${one.server}: ${rate} × nginx by rate, ${(theirs.cpu / one.cpu).toFixed(2)} × by processor time`,
      );
    }
  }
  rows.push('At half of the top rate:', ...half.map(row));
  rows.push(
    `installing ${count} packages: ${installing.seconds.toFixed(2)} s, ${installing.processor.toFixed(2)} s of processor time`,
    `memory by minute (MB): ${memory.map((bytes) => (bytes / 1_048_576).toFixed(0)).join(' ')}`,
  );
  if (!pinned) rows.push('no core of their own for server and client: the numbers are of what they left each other');
  if (!nginx) rows.push('nginx is not installed here: nothing to compare files with');
  process.stderr.write(`${rows.join('\n')}\n`);
  process.stdout.write(`${JSON.stringify(measured, null, 2)}\n`);
}
