import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from './testing/start-test-server.ts';

const plugin = 'org.example.fleet-tools';
let server: TestServer;
let plan: string;

beforeAll(async () => {
  server = await startTestServer();
  const { ask, ended } = server;
  await ended((await ask('POST', '/api/examples')).body);
  plan = (await ended((await ask('POST', '/api/plans', { plugin, to: 3 })).body)).result;
});
afterAll(() => server.stop());

const inbox = async () => (await server.ask('GET', '/api/inbox')).body;
const overview = async () => (await server.ask('GET', '/api/overview')).body;
const header = async () => (await server.ask('GET', `/api/plans/${plan}`)).body;

describe('the inbox through the API', () => {
  it('counts what there is, and has questions that are answered together as one', async () => {
    expect(await overview()).toMatchObject({ waiting: 1, processes: 12, plans: 1, runs: 0, newer: 0 });
    const { questions, offers } = await inbox();
    expect(questions).toMatchObject([{ plan, plugin: { id: plugin }, to: 3, count: 3, processes: 3 }]);
    // version 1 is active, so no process stands behind it
    expect(offers).toEqual([]);
  });

  it('answers them with one answer; then nothing waits, and the plan counts what it would do with it', async () => {
    const made = (await header()).totals;
    expect(made).toMatchObject({ undecided: 3, deleted: 0 });
    const [question] = (await inbox()).questions;
    await server.ask('PUT', `/api/plans/${plan}/answers`, { answers: { [question.key]: 'delete' } });
    expect((await inbox()).questions).toEqual([]);
    expect((await overview()).waiting).toBe(0);
    expect((await header()).totals).toEqual({
      ...made,
      undecided: 0,
      deleted: 3,
      open: 0,
      // each deletion warns of what goes with it
      warnings: made.warnings + 3,
    });
    const open = await server.ask('GET', `/api/plans/${plan}/processes?questions=true`);
    expect(open.body.total).toBe(0);
    const { items } = (await server.ask('GET', `/api/plans/${plan}/processes?order=owner&limit=100`)).body;
    const deleted = items.reduce(
      (sum: number, { outcomes }: { outcomes: Record<string, number> }) => sum + (outcomes['deleted'] ?? 0),
      0,
    );
    expect(deleted).toBe(3);
    const owners = items.map(({ owner }: { owner: string | null }) => owner ?? '');
    expect(owners).toEqual([...owners].sort());
  });

  it('names processes that stand behind an active version, and what came to its end since yesterday', async () => {
    const { ask, ended } = server;
    const { items } = (await ask('GET', `/api/plans/${plan}/questions`)).body;
    await ask('PUT', `/api/plans/${plan}/answers`, { answers: { [items[0].question.groupKey]: 'pin' } });
    expect(await ended((await ask('POST', `/api/plans/${plan}/apply`)).body)).toMatchObject({ state: 'success' });
    const { offers, recent, hours, health } = await inbox();
    // what was pinned stays behind
    expect(offers).toMatchObject([{ id: plugin, installed: '3', offered: null, behind: 3, plan: null }]);
    expect(recent).toMatchObject([{ kind: 'plan-applied', id: plan, name: 'Fleet Tools 3' }]);
    expect(hours).toHaveLength(24);
    expect(health.map(({ what }: { what: string }) => what)).toEqual(['agents', 'list', 'plugins', 'database']);
  });
});
