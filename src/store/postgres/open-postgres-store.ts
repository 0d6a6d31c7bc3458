import { AsyncLocalStorage } from 'node:async_hooks';
import { tracingChannel } from 'node:diagnostics_channel';
import { Kysely, PostgresDialect, type PostgresPoolClient, sql } from 'kysely';
import type pg from 'pg';
import { LockstepError } from '../../failure/index.ts';
import { latestSchema } from '../migrations/index.ts';
import { outstandingStatements, refuseNewer } from '../migrations/outstanding.ts';
import type { OpenStoreOptions } from '../open-store-options.ts';
import { sealQueries, sealText } from '../sealing/seal-queries.ts';
import { openVault, type Vault } from '../sealing/vault.ts';
import type { BulkRow, BulkStatement, Store, StoreTransaction } from '../store.ts';
import type { Tables } from '../tables.ts';
import { copyRows } from './copy-rows.ts';
import { openPool, type SessionPool } from './open-pool.ts';
import { bulkChanges, postgresColumns } from './postgres-words.ts';
import { translatePostgresError } from './translate-postgres-error.ts';

const traced = tracingChannel('lockstep:transaction');

// one number for "some server migrates this database", any constant of ours
const migrationLock = 0x4c6f636b;

export async function openPostgresStore(
  address: string,
  { mode = 'create', poolSize = 10, schema = 'public', vault = openVault(null), beforeMigration }: OpenStoreOptions,
): Promise<Store> {
  const session = await openPool(address, { poolSize, schema }).catch((error) => {
    throw translatePostgresError(error);
  });
  const { pool } = session;
  try {
    await prepareSchema(pool, schema, mode, beforeMigration);
  } catch (error) {
    await pool.end();
    throw error;
  }
  return postgresStore(session, vault);
}

async function prepareSchema(
  pool: pg.Pool,
  schema: string,
  mode: OpenStoreOptions['mode'],
  beforeMigration: OpenStoreOptions['beforeMigration'],
): Promise<void> {
  const client = await connect(pool);
  try {
    const found = await schemaNumber(client);
    if (found === latestSchema) return;
    refuseNewer(found);
    if (mode !== 'create') {
      throw new LockstepError('data-not-readable', 'The PostgreSQL database holds no data of this Lockstep yet.', {
        hint: 'Start `lockstep serve` with this database once; it prepares it.',
      });
    }
    if (found > 0) await beforeMigration?.();
    await client.query('begin');
    try {
      // of several servers starting at once one migrates and the others find it done
      await client.query('select pg_advisory_xact_lock($1)', [migrationLock]);
      await client.query(`create schema if not exists "${schema}"`);
      await client.query('create table if not exists schema_migration (number bigint primary key)');
      const { number, statements } = outstandingStatements(postgresColumns, await schemaNumber(client));
      for (const statement of statements) await client.query(statement);
      await client.query('insert into schema_migration values ($1) on conflict do nothing', [number]);
      await client.query('commit');
    } catch (error) {
      await client.query('rollback').catch(() => {});
      throw error;
    }
  } catch (error) {
    throw translatePostgresError(error);
  } finally {
    client.release();
  }
}

async function schemaNumber(client: pg.PoolClient): Promise<number> {
  const { rows: tables } = await client.query("select to_regclass('schema_migration') is not null as there");
  if (!tables[0].there) return 0;
  const { rows } = await client.query('select coalesce(max(number), 0) as number from schema_migration');
  return Number(rows[0].number);
}

async function connect(pool: pg.Pool): Promise<pg.PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw translatePostgresError(error);
  }
}

function postgresStore({ pool, pooled, begin }: SessionPool, vault: Vault | null): Store {
  const inside = new AsyncLocalStorage<true>();
  const db = queries(async () => {
    if (inside.getStore()) throw new Error('Inside a transaction use tx.db: store.db is another connection.');
    const client = await connect(pool);
    return shield(client, () => client.release());
  }, vault);
  let closed: Promise<void> | undefined;
  // rows that are kept for nobody hold the former texts, and their place
  const vacuum = async (tables: readonly string[]): Promise<void> => {
    for (const table of tables) await sql`vacuum ${sql.table(table)}`.execute(db.withoutPlugins());
  };
  const transaction: Store['transaction'] = async (work) => {
    if (inside.getStore()) throw new Error('A transaction inside a transaction.');
    const client = await connect(pool);
    // a connection that breaks between two statements must not end the server
    const ignore = (): void => {};
    client.on('error', ignore);
    let broken: Error | undefined;
    try {
      await client.query(begin);
      const result = await inside.run(true, () => work(transactionOn(client, pooled, vault)));
      const { command } = await client.query('commit');
      if (command === 'ROLLBACK') throw new LockstepError('internal', 'PostgreSQL rolled the transaction back.');
      return result;
    } catch (error) {
      await client.query('rollback').catch((fault: Error) => {
        broken = fault;
      });
      throw translatePostgresError(error);
    } finally {
      client.off('error', ignore);
      client.release(broken);
    }
  };
  return {
    kind: 'PostgreSQL',
    shared: true,
    vault,
    db,
    transaction: (work) => traced.tracePromise(() => transaction(work), { system: 'postgresql' }),
    isDamaged: () => false,
    faults: async () => [],
    returnSpace: async (tables) => {
      await vacuum(tables);
      return { space: 'reusable', bytes: null };
    },
    eraseFreed: vacuum,
    connections: () => ({
      busy: pool.totalCount - pool.idleCount,
      idle: pool.idleCount,
      waiting: pool.waitingCount,
    }),
    close: () => {
      closed ??= pool.end();
      return closed;
    },
  };
}

function transactionOn(client: pg.PoolClient, pooled: boolean, vault: Vault | null): StoreTransaction {
  return {
    shared: true,
    analyze: async (table) => void (await client.query(`analyze ${table}`)),
    db: queries(async () => shield(client, () => {}), vault),
    // a statement that one session keeps under its name is not there in the next
    bulk: (statement, rows) => bulk(client, statement, sealRows(vault, statement.columns, rows), !pooled),
    reserveIds: async (table, count) => {
      const { rows } = await client.query(
        `select nextval(pg_get_serial_sequence($1, 'id')) as id from generate_series(1, $2::bigint)`,
        [table, count],
      );
      return rows.map((row: { id: number }) => row.id);
    },
    continueIds: async (tables) => {
      for (const table of tables) {
        await client.query(
          `select setval(pg_get_serial_sequence($1, 'id'), coalesce(max(id), 0) + 1, false)
          from "${table}"`,
          [table],
        );
      }
    },
    // they go with `eraseFreed`
    eraseReplaced: async () => {},
  };
}

async function bulk<Row extends BulkRow>(
  client: pg.PoolClient,
  statement: BulkStatement<Row>,
  rows: Iterable<Row>,
  keep: boolean,
): Promise<number> {
  if (Array.isArray(rows) && rows.length === 0) return 0;
  const names = Object.keys(statement.columns);
  if ('into' in statement) return copyRows(client, statement.into, names, rows);
  const words = bulkChanges[statement.change];
  const named = keep ? { name: statement.change } : {};
  if ('overGiven' in words) {
    const types = Object.entries(statement.columns).map(([column, type]) => `"${column}" ${type}`);
    const given = `select * from json_to_recordset($1::json) as given (${types.join(', ')})`;
    const text = `with given as (${given}) ${words.overGiven}`;
    const { rowCount } = await client.query({ ...named, text, values: [JSON.stringify([...rows])] });
    return rowCount ?? 0;
  }
  let touched = 0;
  for (const row of rows) {
    const values = names.map((column) => row[column]);
    const { rowCount } = await client.query({ ...named, text: words.each, values });
    touched += rowCount ?? 0;
  }
  return touched;
}

function sealRows<Row extends BulkRow>(
  vault: Vault | null,
  columns: BulkStatement<Row>['columns'],
  rows: Iterable<Row>,
): Iterable<Row> {
  const sealed = Object.keys(columns).filter((name) => columns[name] === 'sealed');
  if (vault === null || sealed.length === 0) return rows;
  return sealing(vault, sealed, rows);
}

function* sealing<Row extends BulkRow>(vault: Vault, columns: readonly string[], rows: Iterable<Row>): Generator<Row> {
  for (const row of rows) {
    const values = columns.map((name) => [
      name,
      typeof row[name] === 'string' ? sealText(vault, row[name]) : row[name],
    ]);
    yield { ...row, ...Object.fromEntries(values) };
  }
}

/** What Kysely needs of a client, with errors translated and the release in our hands. */
function shield(client: pg.PoolClient, release: () => void): PostgresPoolClient {
  return {
    query: async (sql: string, parameters: readonly unknown[]) => {
      try {
        return await client.query(sql, [...parameters]);
      } catch (error) {
        throw translatePostgresError(error);
      }
    },
    release,
    processID: (client as unknown as { processID: number }).processID,
  } as unknown as PostgresPoolClient;
}

function queries(acquire: () => Promise<PostgresPoolClient>, vault: Vault | null): Kysely<Tables> {
  return new Kysely<Tables>({
    dialect: new PostgresDialect({ pool: { connect: acquire, end: async () => {} } as never }),
    plugins: vault ? [sealQueries(vault)] : [],
  });
}
