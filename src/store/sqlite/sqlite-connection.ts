import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { DatabaseConnection, QueryResult } from 'kysely';
import { translateSqliteError } from './translate-sqlite-error.ts';

type Parameters = Parameters_[];
type Parameters_ = string | number | bigint | null | Uint8Array;

/** One SQLite connection with its prepared statements kept; every failure leaves it translated. */
export class SqliteConnection implements DatabaseConnection {
  readonly #database: DatabaseSync;
  readonly #file: string;
  readonly #statements = new Map<string, StatementSync>();

  constructor(file: string, { readOnly }: { readOnly: boolean }) {
    this.#file = file;
    this.#database = this.guard(() => new DatabaseSync(file, { timeout: 5000 }));
    try {
      this.exec(openingPragmas(readOnly));
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  guard<T>(work: () => T): T {
    try {
      return work();
    } catch (thrown) {
      throw translateSqliteError(thrown, this.#file);
    }
  }

  exec(sql: string): void {
    this.guard(() => this.#database.exec(sql));
  }

  get(sql: string): Record<string, unknown> | undefined {
    return this.guard(() => this.#database.prepare(sql).get());
  }

  prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.guard(() => this.#database.prepare(sql));
      // in-lists of every length would fill the memory of a long-lived server
      if (this.#statements.size >= 500) this.#statements.clear();
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  async executeQuery<R>({ sql, parameters }: { sql: string; parameters: readonly unknown[] }): Promise<QueryResult<R>> {
    const statement = this.prepare(sql);
    const values = parameters as unknown as Parameters;
    return this.guard(() => {
      if (statement.columns().length > 0) return { rows: statement.all(...values) as R[] };
      const { changes, lastInsertRowid } = statement.run(...values);
      return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
    });
  }

  // biome-ignore lint/correctness/useYield: cursors would hold the one connection; callers page by key
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('Streaming is not offered; page by key.');
  }

  close(): void {
    this.#statements.clear();
    this.guard(() => this.#database.close());
  }
}

function openingPragmas(readOnly: boolean): string {
  return [
    // a new file only: larger pages write documents about 60 % faster
    'pragma page_size = 16384',
    ...(readOnly ? ['pragma query_only = 1'] : []),
    'pragma synchronous = full',
    'pragma foreign_keys = on',
    'pragma temp_store = memory',
    'pragma cache_size = -32000',
    'pragma wal_autocheckpoint = 2000',
  ].join('; ');
}
