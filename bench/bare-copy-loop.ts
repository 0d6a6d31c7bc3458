import pg from 'pg';
import { copyRows } from '../src/store/postgres/copy-rows.ts';
import { openText, sealText } from '../src/store/sealing/seal-queries.ts';
import { fleetPlugin } from '../test/fleet.ts';
import { testVault } from '../test/vault.ts';

/**
 * What nobody could leave out, as fast as it goes: 500 documents read by the index, opened, parsed, printed, sealed, sent
 * through COPY as the next versions, and the pointers moved by id. No plan, no index of uses, no compare-and-swap. Answers seconds.
 */
export async function bareCopyLoop(address: string): Promise<number> {
  // as src/store connects
  const client = new pg.Client({ connectionString: address, options: '-c random_page_cost=1.1' });
  await client.connect();
  const begin = performance.now();
  for (let last = 0; ; ) {
    await client.query('begin');
    const { rows } = await client.query(
      // both sides bounded: else PostgreSQL goes through all documents from the first on
      `select process.id, process.version, document from process join process_version
       on process_id = process.id and process_version.version = process.version
       where process.id > $1 and process_id > $1 order by process.id limit 500`,
      [last],
    );
    if (rows.length === 0) {
      await client.query('commit');
      break;
    }
    const next = rows.map(({ id, version, document }) => ({
      process_id: Number(id),
      version: Number(version) + 1,
      document: sealText(testVault, rewrite(openText(testVault, document as string))),
      created_at: '2030-01-01T00:00:00.000Z',
      created_by: 'bench',
      reason: 'upgraded',
      plan_id: 1,
    }));
    await copyRows(client as unknown as pg.PoolClient, 'process_version', Object.keys(next[0]!), next);
    const ids = next.map(({ process_id }) => process_id);
    await client.query('update process set version = version + 1 where id = any($1::bigint[])', [ids]);
    await client.query('commit');
    last = ids.at(-1)!;
  }
  const took = (performance.now() - begin) / 1000;
  await client.end();
  return took;
}

/** Parsed and printed, with nothing in between but the new version. */
export function rewrite(text: string): string {
  const document = JSON.parse(text) as {
    rootActivity: { children: { pluginName?: string; pluginVersion?: number }[] };
  };
  for (const activity of document.rootActivity.children) {
    if (activity.pluginName === fleetPlugin.name) activity.pluginVersion = 3;
  }
  return JSON.stringify(document);
}
