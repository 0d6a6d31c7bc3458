import pg from 'pg';
import { createPlan, openCatalogue } from '../src/catalogue/index.ts';
import { registerPlugin } from '../src/catalogue/testing/register-plugin.ts';
import { openStore, type Vault } from '../src/store/index.ts';
import { copyDatabase, databaseAddress } from '../test/copy-database.ts';
import { fleetPlugin, fleetVersion } from '../test/fleet.ts';
import type { RunningPostgres } from '../test/start-postgres.ts';
import { testVault } from '../test/vault.ts';
import { fillFleet } from './fill-fleet.ts';

/** Fills an empty database, SQLite or PostgreSQL, with processes that an upgrade touches and others. */
export async function fillDatabase(
  address: string,
  affected: number,
  others: number,
  vault: Vault = testVault,
): Promise<void> {
  const store = await openStore(address, { vault });
  const catalogue = openCatalogue(store, { user: 'bench' });
  for (const version of [1, 3] as const) {
    await registerPlugin(catalogue, { ...fleetVersion(version), digest: `digest ${version}` });
  }
  await fillFleet(store, affected, others);
  await store.close();
  if (!store.shared) return;
  const client = new pg.Client({ connectionString: address });
  await client.connect();
  await client.query('analyze');
  await client.query('checkpoint');
  await client.end();
}

export async function planFleet(address: string, vault: Vault = testVault): Promise<string> {
  const store = await openStore(address, { vault });
  const { id } = await createPlan(openCatalogue(store, { user: 'bench' }), { plugin: fleetPlugin.id });
  await store.close();
  return id;
}

/** A planned upgrade of `affected` processes, filled once; answers a function that gives a copy of it. */
export async function plannedUpgrade(
  { cluster, port }: RunningPostgres,
  template: string,
  affected: number,
): Promise<{ readonly plan: string; fresh(name: string): Promise<string> }> {
  await cluster.createDatabase(template);
  await fillDatabase(databaseAddress(port, template), affected, 0);
  const plan = await planFleet(databaseAddress(port, template));
  return {
    plan,
    async fresh(name) {
      await copyDatabase(port, template, name);
      return databaseAddress(port, name);
    },
  };
}
