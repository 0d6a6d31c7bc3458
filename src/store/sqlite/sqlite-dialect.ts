import {
  type DatabaseConnection,
  type Dialect,
  type Driver,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import { sealQueries } from '../sealing/seal-queries.ts';
import type { Vault } from '../sealing/vault.ts';
import type { Tables } from '../tables.ts';

/** A Kysely whose every statement runs on a connection that `acquire` hands out. */
export function sqliteQueries(
  acquire: () => Promise<DatabaseConnection>,
  release: () => void,
  vault: Vault | null,
): Kysely<Tables> {
  const driver: Driver = {
    init: async () => {},
    acquireConnection: acquire,
    releaseConnection: async () => release(),
    beginTransaction: refuse,
    commitTransaction: refuse,
    rollbackTransaction: refuse,
    destroy: async () => {},
  };
  const dialect: Dialect = {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => driver,
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
  return new Kysely<Tables>({ dialect, plugins: vault ? [sealQueries(vault)] : [] });
}

async function refuse(): Promise<void> {
  throw new Error('Use Store.transaction, which takes the writer’s lock first.');
}
