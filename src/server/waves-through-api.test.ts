import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { labelledPlan } from '../../test/journey/labelled-plan.ts';
import { useJson } from '../../test/journey/step-plugin.ts';
import { startTestServer, type TestServer } from './testing/start-test-server.ts';

let server: TestServer;
let plan: string;
beforeEach(async () => {
  server = await startTestServer();
  plan = await labelledPlan(server, 6, 2);
});
afterEach(() => server.stop());

const ask = (method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown) => server.ask(method, path, body);
const act = async (path: string, body?: unknown) => {
  const answer = await ask('POST', `/api/plans/${plan}/${path}`, body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(202);
  return server.ended(answer.body);
};
const header = async () => (await ask('GET', `/api/plans/${plan}`)).body;

describe('an upgrade in waves through the API', () => {
  it('takes the labelled part, is kept as paused, continues with the rest, and is one entry of the history', async () => {
    expect((await ask('GET', `/api/plans/${plan}/waves`)).body).toMatchObject({
      labels: [{ label: 'pilot', processes: 2, pending: 2 }],
      rates: [
        { of: 'processes', failed: 0, total: 0 },
        { of: 'runs', failed: 0, total: 0 },
      ],
    });
    const before = (await ask('GET', `/api/plans/${plan}/document`)).body;
    expect(await act('apply', { wave: 'pilot', stopAbove: 0.05 })).toMatchObject({
      state: 'success',
      result: { applied: 2, remaining: 4, stopped: null },
    });
    expect(await header()).toMatchObject({
      state: 'paused',
      applied: 2,
      operation: null,
      course: { wave: 'pilot', stopAbove: 0.05, pause: { why: 'wave-done', rate: null } },
    });
    // the plan is the very value that it was
    const { state: _, ...value } = (await ask('GET', `/api/plans/${plan}/document`)).body;
    expect(value).toEqual((({ state: __, ...rest }) => rest)(before));
    expect(await act('continue')).toMatchObject({ state: 'success', result: { applied: 4, remaining: 0 } });
    expect(await header()).toMatchObject({ state: 'applied', course: { pause: null, stopAbove: 0.05 } });
    expect((await ask('GET', `/api/plans/${plan}/waves`)).body.waves).toMatchObject([
      { wave: 'pilot', processes: { applied: 2 } },
      { wave: null, processes: { applied: 4 } },
    ]);
    expect((await ask('GET', '/api/plans')).body.total).toBe(1);
  });

  it('pauses by itself above the limit, says why, and goes on when the limit is lifted', async () => {
    const { items } = (await ask('GET', '/api/processes?search=P1')).body;
    const { document } = (await ask('GET', `/api/processes/${items[0].id}`)).body;
    const unknown = useJson({ activity: 'A', step: 'Nobody knows it', version: 1 });
    const children = [unknown, ...document.rootActivity.children.slice(1)];
    const edited = { ...document, rootActivity: { ...document.rootActivity, children } };
    await ask('PUT', `/api/processes/${items[0].id}`, { expectedVersion: 1, document: edited });
    const held = await act('apply', { wave: 'pilot', stopAbove: 0.05 });
    expect(held.result).toMatchObject({ stopped: { of: 'processes', failed: 1 } });
    expect(await header()).toMatchObject({
      state: 'paused',
      course: { pause: { why: 'failures', rate: { failed: 1 } } },
    });
    await act('continue', { stopAbove: null });
    expect(await header()).toMatchObject({ state: 'paused', course: { stopAbove: null, pause: { why: 'wave-done' } } });
    expect((await act('apply')).result).toMatchObject({ remaining: 1, open: [{ id: items[0].id }] });
    const asked = (await ask('GET', `/api/plans/${plan}/questions?open=true`)).body.items;
    await ask('PUT', `/api/plans/${plan}/answers`, { answers: { [asked[0].question.id]: 'pin' } });
    await act('apply');
    expect((await header()).state).toBe('applied');
  });

  it('[DO-6] is undone when only a part of it was applied, or only that wave', async () => {
    await act('apply', { wave: 'pilot' });
    expect((await act('undo', { wave: 'pilot' })).result).toMatchObject({ restored: 2 });
    expect((await ask('GET', `/api/plans/${plan}/waves`)).body.waves).toContainEqual(
      expect.objectContaining({ wave: 'pilot', processes: expect.objectContaining({ undone: 2, applied: 0 }) }),
    );
    expect((await act('continue')).result).toMatchObject({ applied: 4 });
    expect((await act('undo')).result).toMatchObject({ restored: 4 });
    expect((await header()).state).toBe('undone');
    const { items } = (await ask('GET', '/api/processes?version=1&plugin=org.example.journey&limit=10')).body;
    expect(items).toHaveLength(6);
  });

  it('refuses to pause or continue what is not under way, a label that nobody bears, and a limit that is no share', async () => {
    const answer = async (path: string, body?: unknown) => {
      const { status, body: said } = await ask('POST', `/api/plans/${plan}/${path}`, body);
      return [status, said.error?.code];
    };
    expect(await answer('pause')).toEqual([409, 'plan-state']);
    expect(await answer('continue')).toEqual([409, 'plan-state']);
    expect(await answer('apply', { stopAbove: 5 })).toEqual([400, 'request-not-valid']);
    expect((await act('apply', { wave: 'paris' })).reason).toMatchObject({ code: 'process-not-found' });
    expect((await header()).state).toBe('planned');
  });
});
