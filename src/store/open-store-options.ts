import type { Vault } from './sealing/vault.ts';

export interface OpenStoreOptions {
  /** `create` makes or migrates the schema where needed (default); `existing` and `read` never write it. */
  readonly mode?: 'create' | 'existing' | 'read';
  /** Awaited before data that are there are brought up to date, which then leaves this thread its turns. */
  readonly beforeMigration?: () => Promise<void>;
  /** PostgreSQL connections at most (default 10). */
  readonly poolSize?: number;
  /** PostgreSQL schema that holds the tables (default `public`). */
  readonly schema?: string;
  /**
   * Seals what may hold a secret; by default with `run.key` beside a SQLite file, while PostgreSQL has none. Null: rows are
   * seen and copied as they lie there.
   */
  readonly vault?: Vault | null;
}
