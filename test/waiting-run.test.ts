import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PackageEntry, treeOf, writePackage } from '../src/package/index.ts';
import type { RunDetail } from '../src/run/index.ts';
import { startTestServer, type TestServer } from '../src/server/testing/start-test-server.ts';
import { testFolder } from './journey/folder.ts';
import { succeed } from './journey/lockstep.ts';

const folder = fileURLToPath(new URL('../../shared/corpus/cases/R13-run-waits-snapshot-restore', import.meta.url));
const absent = existsSync(folder) ? '' : ' (skipped: the corpus is not here)';
const secret = 'very-secret-9131';

const file = (path: string, name: string) => {
  const form = new FormData();
  form.append('file', new Blob([readFileSync(join(folder, path))]), name);
  return form;
};

async function packageOf(version: string, files: readonly string[]): Promise<FormData> {
  const entries = files.map(
    (path): PackageEntry => ({ path, kind: 'file', mode: 0o755, bytes: readFileSync(join(folder, version, path)) }),
  );
  const form = new FormData();
  form.append('file', new Blob([Uint8Array.from(await writePackage(treeOf(null, entries), 'zip'))]), `${version}.zip`);
  return form;
}

describe.skipIf(absent !== '')(`a run that waits for a person while its plugin is upgraded${absent}`, () => {
  const servers: TestServer[] = [];
  const ask = async (server: TestServer, ...given: Parameters<TestServer['ask']>) => {
    const { status, body } = await server.ask(...given);
    expect(status, JSON.stringify(body)).toBeLessThan(300);
    return body?.sub ? server.ended(body) : body;
  };
  /** Reads the run's history as it grows until the run is in a state. */
  async function until(server: TestServer, id: string, holds: (run: RunDetail) => boolean): Promise<RunDetail> {
    for (let after = 0; ; ) {
      const run = (await ask(server, 'GET', `/api/runs/${id}`)) as RunDetail;
      if (holds(run)) return run;
      if (run.endedAt !== null) throw new Error(`The run does not get there: ${JSON.stringify(run)}`);
      const more = await ask(server, 'GET', `/api/runs/${id}/history?after=${after}&wait=10`);
      after = more.at(-1)?.seq ?? after;
    }
  }
  const waiting = (run: RunDetail) =>
    run.stepList.some(({ activity, state }) => activity === 'Approve' && state === 'asking');
  let server: TestServer;
  let run: RunDetail;
  beforeAll(async () => {
    server = await startTestServer();
    servers.push(server);
    await ask(server, 'POST', '/api/plugins/upload', await packageOf('1', ['plugin.xml', 's.sh']));
    await ask(server, 'POST', '/api/processes/import', file('p/wait.json', 'wait.json'));
    const [process] = (await ask(server, 'GET', '/api/processes')).items;
    await ask(server, 'POST', '/api/snapshots', { name: 'before' });
    const { id } = await ask(server, 'POST', '/api/runs', { process: process.id, values: { secret } });
    run = await until(server, id, waiting);
  });
  afterAll(() => Promise.all(servers.map((one) => one.stop())));

  const finish = async (at: TestServer) => {
    const task = run.stepList.find(({ activity }) => activity === 'Approve')!;
    await ask(at, 'POST', `/api/runs/${run.id}/steps/${encodeURIComponent(task.id)}/complete`, { success: true });
    const ended = await until(at, run.id, ({ endedAt }) => endedAt !== null);
    expect(ended.state).toBe('succeeded');
    const steps = ended.stepList.filter(({ stepType }) => stepType === 'S');
    expect(steps.map(({ activity, pluginVersion }) => [activity, pluginVersion])).toEqual([
      ['First', 1],
      ['Second', 1],
    ]);
    const { text } = await ask(at, 'GET', `/api/runs/${run.id}/steps/Second/log`);
    expect(text).toContain('a=2');
    expect(text).toContain('pw=');
    expect(text).not.toContain(secret);
  };

  it('[DO-8] R13: goes on with the versions that it began with, also in a restored copy, and a snapshot keeps them', async () => {
    const place = await testFolder({});
    const copy = join(place, 'copy.tar');
    await succeed(['backup', copy, '--data', join(server.folder, 'data')]);
    await ask(server, 'POST', '/api/plugins/upload', await packageOf('2', ['plugin.xml', 's.sh', 'upgrade.xml']));
    const { result } = await ask(server, 'POST', '/api/plans', { plugin: 'org.t.op' });
    await ask(server, 'POST', `/api/plans/${result}/apply`, {});
    const { document } = await ask(server, 'GET', `/api/processes/${run.processId}`);
    expect(JSON.stringify(document)).toContain('"b":"2"');
    await finish(server);
    const [snapshot] = await ask(server, 'GET', '/api/snapshots');
    const { pinned } = await ask(server, 'GET', `/api/snapshots/${snapshot.id}`);
    expect(pinned).toMatchObject([{ name: 'Wait', version: 1 }]);

    await succeed(['restore', copy, '--data', join(place, 'data')]);
    const restored = await startTestServer({}, { data: join(place, 'data') });
    servers.push(restored);
    const again = { ...restored, token: server.token } as TestServer;
    again.ask = (method, path, body) => restored.ask(method, path, body, server.token);
    await finish(again);
  });
});
