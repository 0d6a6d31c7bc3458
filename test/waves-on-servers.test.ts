import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../src/server/testing/start-test-server.ts';
import { postgres } from './databases.ts';
import { labelledPlan } from './journey/labelled-plan.ts';

const database = postgres();
let first: TestServer;
let second: TestServer;

beforeAll(async () => {
  const address = await database.fresh();
  first = await startTestServer({}, { database: address });
  second = await startTestServer({}, { database: address });
}, 60_000);
afterAll(async () => {
  await second?.stop();
  await first?.stop();
});

const askSecond: TestServer['ask'] = (method, path, body) => second.ask(method, path, body, first.token);

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
    const { store } = first.services;
    const planning = (await first.ask('POST', '/api/plans', { plugin: 'org.example.journey' })).body;
    const plan = (await first.ended(planning)).result as string;
    // somebody's edit under way keeps the upgrade from its end
    const held = Promise.withResolvers<void>();
    const locked = Promise.withResolvers<void>();
    const editing = store.transaction(async (tx) => {
      const all = await tx.db.selectFrom('process').select('id').orderBy('id', 'desc').execute();
      await tx.db.selectFrom('process').selectAll().where('id', '=', all[0]!.id).forUpdate().execute();
      locked.resolve();
      await held.promise;
    });
    await locked.promise;
    const asked = (await first.ask('POST', `/api/plans/${plan}/apply`)).body;
    await expect
      .poll(async () => (await askSecond('GET', `/api/plans/${plan}`)).body.state, { timeout: 30_000 })
      .toBe('applying');
    const paused = await askSecond('POST', `/api/plans/${plan}/pause`);
    expect(paused.body).toMatchObject({ state: 'paused', course: { pause: { why: 'asked' } } });
    held.resolve();
    await editing;
    expect(await first.ended(asked)).toMatchObject({ state: 'success' });
    const { state, applied } = (await first.ask('GET', `/api/plans/${plan}`)).body;
    // the chunk that waited for the edit was under way and is finished; a plan at its end is applied
    expect(['paused', 'applied']).toContain(state);
    expect(applied).toBeLessThanOrEqual(40);
    if (state === 'paused') await ended(second, `/api/plans/${plan}/continue`);
    expect((await first.ask('GET', `/api/plans/${plan}`)).body).toMatchObject({ state: 'applied', applied: 40 });
  }, 120_000);
});
