import { AsyncLocalStorage } from 'node:async_hooks';
import { createSecretKey } from 'node:crypto';
import { tracingChannel } from 'node:diagnostics_channel';
import { closeSync, existsSync, openSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { LockstepError } from '../../failure/index.ts';
import { system } from '../../ports/index.ts';
import { latestSchema } from '../migrations/index.ts';
import { refuseNewer } from '../migrations/outstanding.ts';
import type { OpenStoreOptions } from '../open-store-options.ts';
import { sealText } from '../sealing/seal-queries.ts';
import { openVault, type Vault } from '../sealing/vault.ts';
import type { BulkRow, BulkStatement, Store, StoreTransaction } from '../store.ts';
import { examine } from './examine.ts';
import { migrateBeside } from './migrate-beside.ts';
import { applicationId, migrateSqlite, schemaNumber } from './migrate-sqlite.ts';
import { eraseFreed, returnSpace } from './return-space.ts';
import { SqliteConnection } from './sqlite-connection.ts';
import { sqliteQueries } from './sqlite-dialect.ts';
import { bulkText } from './sqlite-words.ts';
import { Turns } from './turns.ts';

const traced = tracingChannel('lockstep:transaction');

export async function openSqliteStore(
  file: string,
  { mode = 'create', vault = usualVault(file), beforeMigration }: OpenStoreOptions,
): Promise<Store> {
  if (mode !== 'create' && file !== ':memory:' && !existsSync(file)) {
    throw new LockstepError('file-not-found', `There is no database ${file}.`, { hint: 'Name another data folder.' });
  }
  if (mode === 'create' && file !== ':memory:') makePrivate(file);
  const connection = new SqliteConnection(file, { readOnly: mode === 'read' });
  try {
    if (isOutdated(connection, file, mode)) {
      // a new database is made at once; one that is full takes its time
      if (beforeMigration === undefined || schemaNumber(connection) === 0) migrateSqlite(connection);
      else {
        await beforeMigration();
        await migrateBeside(file);
      }
    }
  } catch (error) {
    connection.close();
    throw error;
  }
  return sqliteStore(connection, vault);
}

/** What is in memory only needs a key no longer than that. */
function usualVault(file: string): Vault {
  return file === ':memory:'
    ? openVault(null, createSecretKey(system.random.bytes(32)))
    : openVault(join(dirname(file), 'run.key'));
}

/** A new database is its owner's alone; its journals take its mode. Faults are told by the opening itself. */
function makePrivate(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch {
    // it is there already, or cannot be made
  }
}

/** True where the schema has to be brought up to date, and may be. */
function isOutdated(connection: SqliteConnection, file: string, mode: OpenStoreOptions['mode']): boolean {
  refuseForeign(connection, file);
  if (mode !== 'read') connection.exec('pragma journal_mode = wal');
  if (schemaNumber(connection) === latestSchema) return false;
  refuseNewer(schemaNumber(connection));
  if (mode === 'read' || mode === 'existing') {
    throw new LockstepError('data-not-readable', `The database ${file} was written by an older Lockstep.`, {
      hint: 'Run any command that writes (such as `lockstep serve`) to bring it up to date.',
    });
  }
  return true;
}

function refuseForeign(connection: SqliteConnection, file: string): void {
  const id = Number(connection.get('pragma application_id')?.['application_id']);
  const empty = connection.get('select count(*) as n from sqlite_schema')?.['n'] === 0;
  if (id !== applicationId && !empty) {
    throw new LockstepError('data-not-readable', `${file} is a database of another program.`, {
      hint: 'Name another data folder; nothing was changed.',
    });
  }
}

function sqliteStore(connection: SqliteConnection, vault: Vault | null): Store {
  const turns = new Turns();
  const inside = new AsyncLocalStorage<true>();
  const db = sqliteQueries(
    async () => {
      if (inside.getStore()) throw new Error('Inside a transaction use tx.db: store.db would wait for its own end.');
      await turns.begin();
      return connection;
    },
    () => turns.end(),
    vault,
  );
  const within = sqliteQueries(
    async () => connection,
    () => {},
    vault,
  );
  const tx: StoreTransaction = {
    shared: false,
    // what it knows of its rows is good enough for its plans
    analyze: async () => {},
    db: within,
    bulk: async (statement, rows) => bulk(connection, vault, statement, rows),
    reserveIds: async (table, count) => {
      const highest = Number(connection.get(`select coalesce(max(id), 0) as n from ${table}`)?.['n']);
      return Array.from({ length: count }, (_, index) => highest + 1 + index);
    },
    // it numbers from the highest one
    continueIds: async () => {},
    eraseReplaced: async () => connection.exec('pragma secure_delete = on'),
  };
  const transaction: Store['transaction'] = async (work) => {
    if (inside.getStore()) throw new Error('A transaction inside a transaction.');
    await turns.begin();
    try {
      connection.exec('begin immediate');
      try {
        const result = await inside.run(true, () => work(tx));
        connection.exec('commit');
        return result;
      } catch (error) {
        rollback(connection);
        throw error;
      }
    } finally {
      turns.end();
    }
  };
  return {
    kind: 'SQLite',
    shared: false,
    vault,
    db,
    transaction: (work) => traced.tracePromise(() => transaction(work), { system: 'sqlite' }),
    isDamaged: () => connection.damaged,
    faults: () => examine(db),
    returnSpace: () => returnSpace(db),
    eraseFreed: () => eraseFreed(db),
    close: async () => {
      await turns.begin();
      connection.close();
    },
  };
}

function bulk<Row extends BulkRow>(
  connection: SqliteConnection,
  vault: Vault | null,
  bulkStatement: BulkStatement<Row>,
  rows: Iterable<Row>,
): number {
  const { columns } = bulkStatement;
  const statement = connection.prepare(bulkText(bulkStatement));
  const names = Object.keys(columns);
  const sealed = names.map((name) => vault !== null && columns[name] === 'sealed');
  return connection.guard(() => {
    let touched = 0;
    const values = new Array<string | number | null>(names.length);
    // all are made before the first is written: taking turns would cost a twentieth more of the one processor that does both
    for (const row of Array.isArray(rows) ? (rows as readonly Row[]) : [...rows]) {
      for (let index = 0; index < names.length; index++) {
        const value = row[names[index]!]!;
        values[index] = sealed[index] && typeof value === 'string' ? sealText(vault!, value) : value;
      }
      touched += Number(statement.run(...values).changes);
    }
    return touched;
  });
}

/** After some failures (a full disk) SQLite has rolled back by itself. */
function rollback(connection: SqliteConnection): void {
  try {
    connection.exec('rollback');
  } catch {
    // no transaction is open any more
  }
}
