import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../src/server/testing/start-test-server.ts';
import type { Store } from '../src/store/index.ts';
import { postgres } from './databases.ts';
import { testFolder } from './journey/folder.ts';
import { labelledPlan } from './journey/labelled-plan.ts';
import { ServerProcess } from './long/server-process.ts';

const database = postgres();
let first: TestServer;
let second: TestServer;

beforeEach(async () => {
  const address = await database.fresh();
  first = await startTestServer({}, { database: address });
  second = await startTestServer({}, { database: address });
}, 60_000);
afterEach(async () => {
  await second?.stop();
  await first?.stop();
});

const askSecond: TestServer['ask'] = (method, path, body) => second.ask(method, path, body, first.token);

/** Keeps a process from being upgraded, as somebody's edit under way does, until it is let go. */
async function holdProcess(store: Store, id: string): Promise<() => Promise<void>> {
  const held = Promise.withResolvers<void>();
  const locked = Promise.withResolvers<void>();
  const editing = store.transaction(async (tx) => {
    await tx.db.selectFrom('process').selectAll().where('id', '=', Number(id)).forUpdate().execute();
    locked.resolve();
    await held.promise;
  });
  await locked.promise;
  return async () => {
    held.resolve();
    await editing;
  };
}

/** Waits on the other server than the one that was asked. */
async function ended(server: TestServer, path: string, body?: unknown) {
  const asked = await server.ask('POST', path, body, first.token);
  expect(asked.status, JSON.stringify(asked.body)).toBe(202);
  const other = server === first ? second : first;
  const operation = (await other.ask('GET', `/api/operations/${asked.body.id}?wait=60`, undefined, first.token)).body;
  expect(operation.reason).toBe(null);
  return operation;
}

describe('waves on two servers and one PostgreSQL', () => {
  it('one server applies the wave, the other continues, any shows how it stands, and all of it is undone', async () => {
    const plan = await labelledPlan(first, 40, 10);
    const path = `/api/plans/${plan}`;
    const wave = await ended(first, `${path}/apply`, { wave: 'pilot', stopAbove: 0.1 });
    expect(wave.result).toMatchObject({ applied: 10, remaining: 30, stopped: null });
    expect((await askSecond('GET', path)).body).toMatchObject({
      state: 'paused',
      applied: 10,
      course: { wave: 'pilot', stopAbove: 0.1, pause: { why: 'wave-done' } },
    });
    const rest = await ended(second, `${path}/continue`);
    expect(rest.result).toMatchObject({ applied: 40, remaining: 0 });
    expect((await first.ask('GET', path)).body).toMatchObject({ state: 'applied', applied: 40 });
    expect((await askSecond('GET', `${path}/waves`)).body.waves).toMatchObject([
      { wave: 'pilot', processes: { applied: 10 } },
      { wave: null, processes: { applied: 30 } },
    ]);
    const undone = await ended(second, `${path}/undo`);
    expect(undone.result).toMatchObject({ restored: 40, plan: { state: 'undone' } });
    const old = (await first.ask('GET', '/api/processes?version=1&plugin=org.example.journey')).body;
    expect(old.total).toBe(40);
  }, 120_000);

  it('a pause that the other server is asked for holds for every server, until one continues', async () => {
    const plan = await labelledPlan(first, 40, 10);
    const { items } = (await first.ask('GET', `/api/plans/${plan}/processes?limit=100`)).body;
    const letGo = await holdProcess(first.services.store, items.at(-1).processId);
    const asked = (await first.ask('POST', `/api/plans/${plan}/apply`)).body;
    await expect
      .poll(async () => (await askSecond('GET', `/api/plans/${plan}`)).body.state, { timeout: 30_000 })
      .toBe('applying');
    const paused = await askSecond('POST', `/api/plans/${plan}/pause`);
    expect(paused.body).toMatchObject({ state: 'paused', course: { pause: { why: 'asked' } } });
    await letGo();
    // as the other one sees it, which goes on then
    expect((await askSecond('GET', `/api/operations/${asked.id}?wait=60`)).body.state).toBe('success');
    const { state, applied } = (await first.ask('GET', `/api/plans/${plan}`)).body;
    // the chunk that waited for the edit was under way and is finished; a plan at its end is applied
    expect(['paused', 'applied']).toContain(state);
    expect(applied).toBeLessThanOrEqual(40);
    if (state === 'paused') await ended(second, `/api/plans/${plan}/continue`);
    expect((await first.ask('GET', `/api/plans/${plan}`)).body).toMatchObject({ state: 'applied', applied: 40 });
  }, 120_000);

  it('[DO-3] a server killed with -9 in the middle of a wave leaves it to another one, which ends with the wave', async () => {
    const address = await database.fresh();
    const folder = await testFolder({});
    const doomed = new ServerProcess(join(folder, 'doomed'), address);
    await doomed.start();
    const token = doomed.token!;
    const other = await startTestServer({}, { database: address });
    try {
      const ask: TestServer['ask'] = (method, path, body) => other.ask(method, path, body, token);
      const ended = async ({ id }: { readonly id: string }) => (await ask('GET', `/api/operations/${id}?wait=60`)).body;
      const plan = await labelledPlan({ ...other, ask, ended }, 40, 10);
      const { items } = (await ask('GET', `/api/plans/${plan}/processes?limit=100`)).body;
      const letGo = await holdProcess(other.services.store, items[9].processId);
      const asked = await doomed.ask('POST', `/api/plans/${plan}/apply`, token, { wave: 'pilot' });
      expect(asked.status).toBe(202);
      await expect.poll(async () => (await ask('GET', `/api/plans/${plan}`)).body.applied, { timeout: 60_000 }).toBe(9);
      await doomed.kill();
      await letGo();
      await expect
        .poll(async () => (await ask('GET', `/api/plans/${plan}`)).body.state, { timeout: 90_000 })
        .toBe('paused');
      expect((await ask('GET', `/api/plans/${plan}`)).body).toMatchObject({
        applied: 10,
        course: { wave: 'pilot', pause: { why: 'wave-done' } },
      });
      const versions = await other.services.store.db
        .selectFrom('process_version')
        .select('process_id')
        .where('reason', '=', 'upgraded')
        .execute();
      expect(new Set(versions.map(({ process_id }) => process_id)).size).toBe(10);
      expect(versions).toHaveLength(10);
    } finally {
      await doomed.kill();
      await other.stop();
    }
  }, 180_000);
});
