import type { AgentIdentity } from '../src/run/agent/agent-port.ts';
import { databaseAddress } from '../test/copy-database.ts';
import { inARow, openWorkshop, shell, shellPluginXml } from '../test/journey/run-workshop.ts';
import { startPostgres } from '../test/start-postgres.ts';

const waiting = 1500;

/** Steps a second that agents take one at a time, through what the server itself calls: on both databases, alone and eight at once. */
export async function measureClaims(tell: (name: string, value: number) => void): Promise<void> {
  for (const agents of [1, 8])
    tell(`steps taken a second, SQLite, ${agents} at once`, await claimsOn(undefined, agents));
  const server = await startPostgres();
  try {
    for (const agents of [1, 8]) {
      await server.cluster.createDatabase(`claims_${agents}`);
      const address = databaseAddress(server.port, `claims_${agents}`);
      tell(`steps taken a second, PostgreSQL, ${agents} at once`, await claimsOn(address, agents));
    }
  } finally {
    await server.stop();
  }
}

async function claimsOn(database: string | undefined, agents: number): Promise<number> {
  const workshop = await openWorkshop(database === undefined ? {} : { database });
  const { dispatcher } = workshop.runs;
  await workshop.plugin(1, shellPluginXml(1), {});
  workshop.process('1', inARow('One', [shell('one', ':')]));
  for (let number = 0; number < waiting; number++) await workshop.runs.request({ processId: '1', by: 'bench' });
  const identities = Array.from(
    { length: agents },
    (_, number): AgentIdentity => ({
      name: `agent-${number}`,
      instance: `1.${number}`,
      host: 'bench',
      home: `home-${number}`,
      boot: '',
      labels: [],
      properties: {},
      slots: 4,
    }),
  );
  for (const identity of identities) await dispatcher.register(identity);
  const { signal } = new AbortController();
  const begin = performance.now();
  const taken = await Promise.all(
    identities.map(async (identity) => {
      for (let count = 0; ; count++) if ((await dispatcher.claim(identity, 1, 0, signal)).length === 0) return count;
    }),
  );
  const seconds = (performance.now() - begin) / 1000;
  const total = taken.reduce((sum, count) => sum + count, 0);
  if (total !== waiting) throw new Error(`${total} of ${waiting} steps were taken.`);
  await workshop.close();
  return total / seconds;
}
