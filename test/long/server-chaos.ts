/** A real server process, driven over its API, killed at random instants; after each kill another start looks at what is left. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { serveChannel } from '../../src/host/testing/channel-fixture.ts';
import { program } from '../journey/program.ts';
import { type ChaosReport, fill, inspect, prepare } from './plugin-chaos.ts';

const ids = ['one-phone', 'two-phone', 'three-phone'];
const carried = 'step-phone';

interface Running {
  readonly child: ChildProcess;
  readonly url: string;
  readonly firstToken: string | null;
}

/** Kills a server `kills` times while it installs, upgrades, reloads, applies, takes back and uninstalls. */
export async function killServer({ folder, kills }: { folder: string; kills: number }): Promise<ChaosReport> {
  const channels = [await serveChannel(), await serveChannel()] as const;
  const report = {
    ...{ kills, found: 0 },
    versions: {} as Record<string, number>,
    finished: {} as Record<string, number>,
    faults: [] as string[],
  };
  let token = '';
  try {
    await fill(channels[0], '1.0');
    await fill(channels[1], '2.0');
    await prepare(folder, channels[0].url);
    for (let turn = 1; turn <= kills; turn++) {
      const server = await start(folder, { first: token === '' });
      token ||= server.firstToken ?? '';
      const ended = once(server.child, 'exit');
      const timer = setTimeout(() => server.child.kill('SIGKILL'), 150 + Math.random() * 2500);
      const done = await actUntilKilled({ server, token, folder, channels: channels.map(({ url }) => url) });
      clearTimeout(timer);
      await ended;
      for (const verb of done) report.finished[verb] = (report.finished[verb] ?? 0) + 1;
      report.faults.push(...(await inspect(folder, report)).map((fault) => `after kill ${turn}: ${fault}`));
    }
  } finally {
    await Promise.all(channels.map((channel) => channel.close()));
  }
  return report;
}

/** `first`: nobody was set up in this folder yet, so the server leaves a token in it. */
async function start(folder: string, { first }: { first: boolean }): Promise<Running> {
  const child = spawn(process.execPath, [program, 'serve', '--port', '0', '--data', folder, '--web', folder], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  return new Promise((done, fail) => {
    child.once('exit', () => fail(new Error(`The server did not start: ${said}`)));
    child.stderr.on('data', (piece: Buffer) => {
      said += piece.toString();
      const url = /listens at (http:\/\/[^\s"]+)/.exec(said)?.[1];
      if (!url) return;
      if (!first) done({ child, url, firstToken: null });
      else
        readFile(join(folder, 'first-token'), 'utf8').then(
          (text) => done({ child, url, firstToken: text.trim() }),
          fail,
        );
    });
  });
}

interface Acting {
  readonly server: Running;
  readonly token: string;
  readonly folder: string;
  readonly channels: readonly string[];
}

/** What was finished before the connection broke. */
async function actUntilKilled({ server, token, folder, channels }: Acting): Promise<string[]> {
  const ask = async (method: string, path: string, body?: unknown) => {
    const answer = await fetch(new URL(path, server.url), {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (answer.status === 401) throw new Error('The token is not known any more.');
    return (await answer.json().catch(() => null)) as { id: string; state: string; result: never } & Record<
      string,
      never
    >;
  };
  const work = async (path: string, body: unknown = {}) => {
    const begun = await ask('POST', path, body);
    const { id } = (begun['operation'] as { id: string } | undefined) ?? begun;
    return id === undefined ? null : ask('GET', `/api/operations/${id}?wait=30`);
  };
  const useChannel = async (url: string | undefined) => {
    await ask('PUT', '/api/settings/plugin_server', { value: url });
    await work('/api/plugins/update');
  };
  const acts: Record<string, (id: string) => Promise<unknown>> = {
    async install(id) {
      await useChannel(channels[0]);
      return work(`/api/plugins/${id}/install`);
    },
    async upgrade(id) {
      await useChannel(channels[1]);
      return work(`/api/plugins/${id}/upgrade`);
    },
    uninstall: (id) => work(`/api/plugins/${id}/uninstall`),
    async reload(id) {
      await writeFile(join(folder, 'plugins', id, 'edited.txt'), String(Math.random())).catch(() => {});
      return work(`/api/plugins/${id}/reload`);
    },
    async 'with processes'() {
      const { items } = (await ask('GET', '/api/plans?state=applied')) as unknown as { items: { id: string }[] };
      if (items[0]) return work(`/api/plans/${items[0].id}/undo`);
      await useChannel(channels[1]);
      const upgraded = await work(`/api/plugins/${carried}/upgrade`);
      const { plan } = (upgraded?.result ?? {}) as { plan?: string | null };
      return plan ? work(`/api/plans/${plan}/apply`) : upgraded;
    },
  };
  const finished: string[] = [];
  try {
    while (true) {
      const names = Object.keys(acts);
      const verb = names[Math.floor(Math.random() * names.length)]!;
      const ended = (await acts[verb]!(ids[Math.floor(Math.random() * ids.length)]!)) as { state?: string } | null;
      if (ended?.state === 'success') finished.push(verb);
    }
  } catch (error) {
    // the kill breaks whatever request is under way
    if (!(error instanceof TypeError) && (error as Error).name !== 'SyntaxError') {
      server.child.kill('SIGKILL');
      throw error;
    }
    return finished;
  }
}
