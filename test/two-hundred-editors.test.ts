import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fillFleet } from '../bench/fill-fleet.ts';
import { createPlan, listVersions, openCatalogue, showProcess } from '../src/catalogue/index.ts';
import { registerPlugin } from '../src/catalogue/testing/register-plugin.ts';
import { startTestServer, type TestServer } from '../src/server/testing/start-test-server.ts';
import { postgres } from './databases.ts';
import { fleetPlugin, fleetVersion } from './fleet.ts';

const processes = 400;
const people = 200;
const database = postgres();
const servers: TestServer[] = [];

describe.each(['SQLite', 'PostgreSQL'] as const)('on %s', (kind) => {
  beforeAll(async () => {
    servers.length = 0;
    const address = kind === 'PostgreSQL' ? await database.fresh() : undefined;
    const flags = address === undefined ? {} : { database: address };
    for (let index = 0; index < (address === undefined ? 1 : 2); index++)
      servers.push(await startTestServer({}, flags));
  }, 60_000);
  afterAll(async () => {
    for (const server of servers) await server.stop();
  });

  it('[DO-4] two hundred people edit over HTTP while an upgrade is applied: no edit lost, none overwritten, all reported', async () => {
    const [first] = servers as [TestServer];
    const catalogue = openCatalogue(first.services.store, { user: 'author' });
    for (const version of [1, 3] as const) {
      await registerPlugin(catalogue, { ...fleetVersion(version), digest: `digest ${version}` });
    }
    await fillFleet(first.services.store, processes, 0);
    const plan = await createPlan(catalogue, { plugin: fleetPlugin.id });

    const edits = Promise.all(
      Array.from({ length: people }, (_, index) =>
        edit(servers[index % servers.length]!, first.token, 1 + ((index * 37) % processes), `person ${index}`),
      ),
    );
    const operation = (await first.ask('POST', `/api/plans/${plan.id}/apply`)).body;
    const ended = await first.ended(operation);
    const saved = await edits;

    expect(ended.state).toBe('success');
    const reported = new Set((ended.result.replanned as { id: string }[]).map(({ id }) => id));
    for (const { id, text } of saved) {
      const { document, uses } = await showProcess(catalogue, id);
      expect(document.description).toBe(text);
      expect(uses[0]?.pluginVersion).toBe(3);
      const reasons = (await listVersions(catalogue, id)).map(({ reason }) => reason).reverse();
      expect(reasons.filter((reason) => reason === 'edited')).toHaveLength(1);
      expect(reasons.filter((reason) => reason === 'upgraded')).toHaveLength(1);
      expect(reported.has(id)).toBe(reasons.indexOf('edited') < reasons.indexOf('upgraded'));
    }
  }, 120_000);
});

/** Saves like a page: when somebody else was first, reads again and repeats. */
async function edit(
  server: TestServer,
  token: string,
  id: number,
  text: string,
): Promise<{ id: string; text: string }> {
  for (;;) {
    const { body: shown } = await server.ask('GET', `/api/processes/${id}`, undefined, token);
    const { status, body } = await server.ask(
      'PUT',
      `/api/processes/${id}`,
      { expectedVersion: shown.version, document: { ...shown.document, description: text } },
      token,
    );
    if (status === 200) return { id: String(id), text };
    // SQLite's one writer may be asked again
    if (!['process-edited', 'data-busy'].includes(body.error.code)) throw new Error(JSON.stringify(body));
  }
}
