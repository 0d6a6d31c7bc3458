import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type RawBuilder, sql } from 'kysely';
import pg from 'pg';
import { afterAll } from 'vitest';
import { migrations, type OpenStoreOptions, openStore, type Store } from '../src/store/index.ts';
import type { ColumnTypes } from '../src/store/migrations/migration.ts';
import { postgresColumns } from '../src/store/postgres/postgres-words.ts';
import { applicationId } from '../src/store/sqlite/migrate-sqlite.ts';
import { sqliteColumns } from '../src/store/sqlite/sqlite-words.ts';
import { type RunningPostgres, startPostgres } from './start-postgres.ts';
import { testVault } from './vault.ts';

/** A real database server for one test file, started when first asked for and stopped at the file's end. */
export interface DatabaseKind {
  readonly name: 'SQLite' | 'PostgreSQL';
  /** The address of an empty database. */
  fresh(): Promise<string>;
  /** An empty database, opened; closed at the file's end. */
  open(options?: OpenStoreOptions): Promise<Store>;
  /** The address of a database as older Locksteps left it: the schema up to each number, then rows of that time. */
  old(times: readonly OldTime[]): Promise<string>;
  /** Says in an open database which schema it has. */
  noteSchema(number: number): RawBuilder<unknown>;
}

interface OldTime {
  readonly upTo: number;
  readonly rows: readonly string[];
}

export function databases(): readonly DatabaseKind[] {
  return [sqlite(), postgres()];
}

export function sqlite(): DatabaseKind {
  const folders: string[] = [];
  const fresh = async (): Promise<string> => {
    const folder = await mkdtemp(join(tmpdir(), 'lockstep-sqlite-'));
    folders.push(folder);
    return join(folder, 'lockstep.db');
  };
  const { open, closeAll } = opener(fresh);
  afterAll(async () => {
    await closeAll();
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
  });
  const old: DatabaseKind['old'] = async (times) => {
    const target = await fresh();
    const database = new DatabaseSync(target);
    for (const statement of statementsOf(times, sqliteColumns)) database.exec(statement);
    database.exec(`pragma user_version = ${times.at(-1)!.upTo}; pragma application_id = ${applicationId}`);
    database.close();
    return target;
  };
  return { name: 'SQLite', fresh, open, old, noteSchema: (number) => sql.raw(`pragma user_version = ${number}`) };
}

export function postgres(): DatabaseKind {
  let server: Promise<RunningPostgres> | undefined;
  const fresh = async (): Promise<string> => {
    const name = `t${randomUUID().replaceAll('-', '')}`;
    // a server that somebody brought, perhaps through a pooler (test/long/pgbouncer.sh)
    const brought = process.env['LOCKSTEP_TEST_POSTGRES'];
    if (brought !== undefined) {
      const client = new pg.Client(`${process.env['LOCKSTEP_TEST_POSTGRES_DIRECT'] ?? brought}/postgres`);
      await client.connect();
      await client.query(`create database ${name}`);
      await client.end();
      return `${brought}/${name}`;
    }
    server ??= startPostgres();
    const { cluster, port } = await server;
    await cluster.createDatabase(name);
    return `postgres://postgres:password@127.0.0.1:${port}/${name}`;
  };
  const { open, closeAll } = opener(fresh);
  afterAll(async () => {
    await closeAll();
    if (server) await (await server).stop();
  });
  return {
    name: 'PostgreSQL',
    fresh,
    open,
    old: async (times) => {
      const target = await fresh();
      const client = new pg.Client(target);
      await client.connect();
      await client.query('create table schema_migration (number bigint primary key)');
      for (const statement of statementsOf(times, postgresColumns)) await client.query(statement);
      await client.query('insert into schema_migration values ($1)', [times.at(-1)!.upTo]);
      await client.end();
      return target;
    },
    noteSchema: (number) => sql`insert into schema_migration values (${number})`,
  };
}

function statementsOf(times: readonly OldTime[], types: ColumnTypes): string[] {
  return times.flatMap(({ upTo, rows }, index) => {
    const before = times[index - 1]?.upTo ?? 0;
    const since = migrations.filter(({ number }) => number > before && number <= upTo);
    return [...since.flatMap(({ statements }) => statements(types)), ...rows];
  });
}

function opener(fresh: () => Promise<string>) {
  const stores: Store[] = [];
  return {
    open: async (options?: OpenStoreOptions): Promise<Store> => {
      const store = await openStore(await fresh(), { vault: testVault, ...options });
      stores.push(store);
      return store;
    },
    closeAll: async (): Promise<void> => {
      for (const store of stores) await store.close().catch(() => {});
    },
  };
}
