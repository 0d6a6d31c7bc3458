import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { samplePackage } from '../../repository/testing/sample-packages.ts';
import { startTestServer, type TestServer } from '../testing/start-test-server.ts';
import { addWorkMetrics } from './work-metrics.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

async function figures(): Promise<Map<string, number>> {
  const { body } = await server.ask('GET', '/metrics');
  const lines = String(body)
    .split('\n')
    .filter((line) => /^lockstep_/.test(line));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  );
}

describe('the figures of what a server is for', () => {
  it('has every state from the start, so that none does not look like no data', async () => {
    const seen = await figures();
    const zero = ['lockstep_runs{state="failure"}', 'lockstep_plans{state="paused"}', 'lockstep_agents{state="lost"}'];
    const more = ['lockstep_operations{state="fail"}', 'lockstep_leases_expired', 'lockstep_steps_ready'];
    for (const name of [...zero, ...more, 'lockstep_sign_ins_refused_total'])
      expect([name, seen.get(name)]).toEqual([name, 0]);
    expect(seen.get('lockstep_database_up')).toBe(1);
  });

  it('counts plans, runs that wait, channels and guesses', async () => {
    await server.ended((await server.ask('POST', '/api/examples')).body);
    await server.ask('POST', '/api/plans', { plugin: 'org.example.fleet-tools' });
    await server.services.served.repository.publish('testing', {
      who: 'ada',
      packages: [await samplePackage({ id: 'a', version: '1.0' })],
    });
    await server.ask('GET', '/api/plugins', undefined, 'a wrong token');
    await server.ask('GET', '/api/plugins', undefined, null);
    const seen = await figures();
    expect(seen.get('lockstep_sign_ins_refused_total')).toBe(1);
    const plans = [...seen].filter(([name]) => name.startsWith('lockstep_plans')).map(([, count]) => count);
    expect(plans.reduce((sum, count) => sum + count, 0)).toBe(1);
  });

  it('says that the database is away instead of failing', async () => {
    const throwing = () => {
      throw new Error('away');
    };
    const registry = new Registry();
    const away = {
      ...server.services.store,
      db: new Proxy({}, { get: () => throwing }),
    };
    addWorkMetrics(registry, { ...server.services, store: away as never });
    const text = await registry.metrics();
    expect(text).toMatch(/^lockstep_database_up 0$/m);
    expect(text).not.toMatch(/^lockstep_runs\{/m);
  });
});
