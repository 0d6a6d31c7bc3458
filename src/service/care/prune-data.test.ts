import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { system } from '../../ports/index.ts';
import { startTestServer, type TestServer } from '../../server/testing/start-test-server.ts';
import { pruneDaily } from './prune-daily.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
  const graph = { type: 'graph', name: 'g', children: [], edges: [] };
  const document = (text: string) => ({ name: 'Long', description: text.repeat(5000), rootActivity: graph });
  await server.ask('POST', '/api/processes', { kind: 'generic', document: document('version 1 ') });
  for (let version = 1; version < 30; version++) {
    await server.ask('PUT', '/api/processes/1', {
      expectedVersion: version,
      document: document(`version ${version + 1} `),
    });
  }
});
afterAll(() => server.stop());

const versions = async () => (await server.ask('GET', '/api/processes/1/versions')).body.length;

describe('pruning at a server', () => {
  it('says first what would go and changes nothing, and takes whoever may change settings', async () => {
    const { body } = await server.ask('GET', '/api/prune?days=0&kinds=versions,plans');
    expect(body.counts).toEqual([
      { kind: 'plans', count: 0 },
      { kind: 'versions', count: 29 },
    ]);
    expect(await versions()).toBe(30);
    const { body: other } = await server.ask('POST', '/api/tokens', {
      label: 'editor',
      scopes: ['process-edit', 'read'],
    });
    expect((await server.ask('GET', '/api/prune?days=0', undefined, other.secret)).status).toBe(403);
    expect((await server.ask('POST', '/api/prune', { days: 0 }, other.secret)).status).toBe(403);
    expect((await server.ask('GET', '/api/prune?days=0&kinds=passwords')).status).toBe(400);
  });

  it('leaves what is younger, removes what is older, gives the space back, and notes who, what and why', async () => {
    const young = await server.ended((await server.ask('POST', '/api/prune', { days: 30, kinds: ['versions'] })).body);
    expect(young.result).toMatchObject({ removed: { versions: 0 }, space: 'untouched' });
    const asked = { days: 0, kinds: ['versions'], why: 'The disk was full.' };
    const done = await server.ended((await server.ask('POST', '/api/prune', asked)).body);
    expect(done.result).toMatchObject({ removed: { versions: 29 }, space: 'returned', reason: null });
    expect(done.result.bytes).toBeGreaterThan(500_000);
    expect(await versions()).toBe(1);
    const { body } = await server.ask('GET', '/api/activity');
    expect(body.items[0]).toMatchObject({ action: 'server.pruned', by: 'admin' });
    expect(body.items[0].text).toMatch(/versionsOlderThanDays 0.*versions 29.*why The disk was full\./);
  });

  it('happens every day by the schedule, and not at all without one', async () => {
    const { document } = (await server.ask('GET', '/api/processes/1')).body;
    await server.ask('PUT', '/api/processes/1', {
      expectedVersion: 30,
      document: { ...document, description: 'short' },
    });
    const due: { milliseconds: number; work: () => void }[] = [];
    const clock = {
      ...system.clock,
      now: () => new Date(Date.now() + 3 * 86_400_000),
      after: (milliseconds: number, work: () => void) => {
        due.push({ milliseconds, work });
        return () => {};
      },
    };
    const troubles: string[] = [];
    const onTrouble = (message: string): void => void troubles.push(message);
    const none = pruneDaily(server.services, { clock, onTrouble });
    expect(due).toEqual([]);
    await none();
    const config = {
      ...server.services.config,
      prune: { versions: 2, plans: 0, upgrades: 0, keepUpgrades: 0, activity: 0 },
    };
    const { store, catalogueOf, record, runs } = server.services;
    const stop = pruneDaily({ config, store, catalogueOf, record, runs }, { clock, onTrouble });
    due[0]!.work();
    await expect.poll(() => due.length).toBe(2);
    expect(due.map(({ milliseconds }) => milliseconds / 3_600_000)).toEqual([1, 24]);
    expect([await versions(), troubles]).toEqual([1, []]);
    const { body } = await server.ask('GET', '/api/activity');
    expect(body.items[0]).toMatchObject({ action: 'server.pruned', by: 'lockstep' });
    await stop();
  });
});
