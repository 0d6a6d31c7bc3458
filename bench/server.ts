/**
 * `npm run bench:server`: what a server answers a second, beside nginx with the same files where nginx is installed.
 * Prints a table on stderr and JSON on stdout. `--seconds N` for each load (default 10), `--minutes N` of steady load for
 * the memory line (default 0: left out; the full run is 10).
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Pool } from 'undici';
import { treeOf, writePackage } from '../src/package/index.ts';
import { channelSigner, folderStorage, storedRepository } from '../src/repository/index.ts';

const { values } = parseArgs({ options: { seconds: { type: 'string' }, minutes: { type: 'string' } } });
const seconds = Number(values.seconds ?? 10);
const minutes = Number(values.minutes ?? 0);
const count = 114;
const nginxProgram = 'nginx';
const root = fileURLToPath(new URL('..', import.meta.url));

interface Load {
  readonly name: string;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly errors: number;
  /** Milliseconds of the server's processor time for each request: what a busy machine does not change. Null for nginx. */
  readonly cpu: number | null;
}

const folder = await mkdtemp(join(tmpdir(), 'lockstep-bench-'));
const children: ChildProcess[] = [];
let server = { url: '', token: '', pid: 0 };
try {
  process.stderr.write('Making a channel of 114 plugins …\n');
  const files = await makeChannel(join(folder, 'channels'));
  server = await serve();
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
  const processorBefore = processorOf(server.pid);
  const began = performance.now();
  const ids = Array.from({ length: count }, (_, index) => `bench-plugin-${index}`);
  await inTurns(8, ids, async (id) => operation(await ask('POST', `/api/plugins/${id}/install`, {})));
  const installing = (performance.now() - began) / 1000;
  const installingCpu = (processorOf(server.pid) - processorBefore) / 1000;

  const loads: Load[] = [];
  const token = { authorization: `Bearer ${server.token}` };
  const measure = async (name: string, url: string, paths: readonly string[], headers = {}, rate?: number) =>
    loads.push(await load(name, url, paths, headers, rate));
  await measure('list of plugins', server.url, ['/api/plugins?state=installed'], token);
  await measure('old list', server.url, ['/0.2/pg_mgr/install/installed'], { 'x-auth-token': server.token });
  await measure('index', server.url, ['/plugins/1/testing/plugins.db']);
  await measure(
    'packages',
    server.url,
    files.map((file) => `/plugins/1/testing/${file}`),
  );
  const top = loads[0]!.perSecond;
  await measure('list of plugins, half of the top rate', server.url, ['/api/plugins?state=installed'], token, top / 2);

  const nginx = await serveByNginx(join(folder, 'channels'));
  if (nginx) {
    await measure('nginx: index', nginx, ['/plugins/1/testing/plugins.db']);
    await measure(
      'nginx: packages',
      nginx,
      files.map((file) => `/plugins/1/testing/${file}`),
    );
  }

  const memory: number[] = [residentOf(server.pid)];
  for (let minute = 0; minute < minutes; minute += 1) {
    await load('steady', server.url, ['/api/plugins?state=installed'], token, top / 2, 60);
    memory.push(residentOf(server.pid));
  }
  report(loads, { seconds: installing, processor: installingCpu }, memory, nginx !== null);
} finally {
  for (const child of children) child.kill('SIGTERM');
  await rm(folder, { recursive: true, force: true });
}

async function makeChannel(target: string): Promise<string[]> {
  const files: string[] = [];
  const packages = [];
  for (let index = 0; index < count; index += 1) {
    const id = `bench-plugin-${index}`;
    const info = {
      version: '1.0',
      description: `Plugin ${index}.`,
      capabilities: { [`Bench, Model ${index}, 1`]: { lines: 1 } },
    };
    const entries = [
      { path: 'plugin-info', kind: 'file' as const, mode: 0o644, bytes: Buffer.from(JSON.stringify(info)) },
      ...Array.from({ length: 10 }, (_, file) => ({
        path: `templates-${file}.tpl`,
        kind: 'file' as const,
        mode: 0o644,
        bytes: randomBytes(6_000),
      })),
    ];
    const name = `${id}-1.0.tar.bz2`;
    packages.push({ name, content: await writePackage(treeOf(id, entries), 'tar.bz2') });
    files.push(name);
  }
  const repository = storedRepository(folderStorage(target), { signer: channelSigner({ keys: null }) });
  await repository.publish('testing', { who: 'bench', packages });
  return files;
}

async function serve(): Promise<{ url: string; token: string; pid: number }> {
  const config = join(folder, 'lockstep.yaml');
  await writeFile(
    config,
    `data: ${folder}/data\nrepository: ${folder}/channels\nlisten: { port: 0 }\nlimits: { perMinute: 100000000 }\nlog: { level: error }\n`,
  );
  const child = spawn(process.execPath, ['src/cli/main.js', 'serve', '--config', config], { cwd: root });
  children.push(child);
  let said = '';
  return new Promise((done, fail) => {
    child.on('close', () => fail(new Error(said)));
    child.stderr.on('data', (piece: Buffer) => {
      said += piece;
      const url = /http:\/\/127\.0\.0\.1:\d+\//.exec(said)?.[0];
      const token = /lockstep_[\w-]{40,}/.exec(said)?.[0];
      if (url && token) done({ url, token, pid: child.pid! });
    });
  });
}

async function serveByNginx(files: string): Promise<string | null> {
  try {
    execFileSync(nginxProgram, ['-v'], { stdio: 'ignore' });
  } catch {
    return null;
  }
  const port = await freePort();
  const work = join(folder, 'nginx');
  await mkdir(work);
  const logs = `error_log ${work}/error.log; pid ${work}/pid;`;
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${work}/${name};`,
  );
  await writeFile(
    join(work, 'nginx.conf'),
    `daemon off; worker_processes 1; ${logs} events { worker_connections 1024; }
http { access_log off; sendfile on; ${paths.join(' ')} server { listen 127.0.0.1:${port}; root ${files}; } }`,
  );
  const child = spawn(nginxProgram, ['-p', work, '-c', join(work, 'nginx.conf')], { stdio: 'ignore' });
  children.push(child);
  const url = `http://127.0.0.1:${port}/`;
  for (let attempt = 0; attempt < 100; attempt += 1) {
    if (
      await fetch(url).then(
        () => true,
        () => false,
      )
    )
      return url;
    await new Promise((done) => setTimeout(done, 50));
  }
  return null;
}

async function load(
  name: string,
  url: string,
  paths: readonly string[],
  headers: Record<string, string>,
  rate?: number,
  duration = seconds,
): Promise<Load> {
  const pool = new Pool(new URL(url).origin, { connections: 32, pipelining: 1 });
  const times: number[] = [];
  let errors = 0;
  let sent = 0;
  const processor = url === server.url ? processorOf(server.pid) : null;
  const began = performance.now();
  const until = began + duration * 1000;
  const worker = async (): Promise<void> => {
    while (performance.now() < until) {
      const turn = sent++;
      if (rate !== undefined) {
        // sent when it is due, measured from then: waiting in line counts
        const due = began + (turn / rate) * 1000;
        const wait = due - performance.now();
        if (wait > 0) await new Promise((done) => setTimeout(done, wait));
        if (due > until) return;
      }
      const start = rate === undefined ? performance.now() : Math.min(performance.now(), began + (turn / rate) * 1000);
      const { statusCode, body } = await pool.request({ method: 'GET', path: paths[turn % paths.length]!, headers });
      await body.dump({ limit: Number.MAX_SAFE_INTEGER });
      if (statusCode !== 200) errors += 1;
      times.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: 32 }, worker));
  const elapsed = (performance.now() - began) / 1000;
  const cpu = processor === null ? null : (processorOf(server.pid) - processor) / Math.max(1, times.length);
  await pool.close();
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? 0;
  return { name, perSecond: times.length / elapsed, p50: at(0.5), p99: at(0.99), errors, cpu };
}

function report(
  loads: readonly Load[],
  installing: { seconds: number; processor: number },
  memory: readonly number[],
  withNginx: boolean,
): void {
  const rows = loads.map(
    ({ name, perSecond, p50, p99, errors, cpu }) =>
      `${name.padEnd(40)} ${perSecond.toFixed(0).padStart(8)}/s  p50 ${p50.toFixed(1).padStart(7)} ms  p99 ${p99.toFixed(1).padStart(7)} ms  ${cpu === null ? '' : `cpu ${cpu.toFixed(2)} ms  `}${errors} errors`,
  );
  rows.push(
    `installing ${count} packages: ${installing.seconds.toFixed(2)} s, ${installing.processor.toFixed(2)} s of processor time`,
  );
  rows.push(`memory (MB): ${memory.map((bytes) => (bytes / 1_048_576).toFixed(0)).join(' ')}`);
  if (!withNginx) rows.push('nginx is not installed here: nothing to compare files with');
  process.stderr.write(`${rows.join('\n')}\n`);
  process.stdout.write(`${JSON.stringify({ loads, installing, memory, nginx: withNginx }, null, 2)}\n`);
}

/** Linux: milliseconds of processor time that a process has used, all its threads together. */
function processorOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Linux: resident bytes of a process. */
function residentOf(pid: number): number {
  const line = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line?.[1] ?? 0) * 1024;
}

async function inTurns<T>(width: number, items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  const worker = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: width }, worker));
}

function freePort(): Promise<number> {
  return new Promise((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => done(port));
    });
  });
}
