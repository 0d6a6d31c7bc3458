import { statSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import type { DatabaseConnection, QueryResult } from 'kysely';
import { LockstepError } from '../../failure/index.ts';
import { translateSqliteError } from './translate-sqlite-error.ts';

type Parameters = Parameters_[];
type Parameters_ = string | number | bigint | null | Uint8Array;

/** One SQLite connection with its prepared statements kept; every failure leaves it translated. */
export class SqliteConnection implements DatabaseConnection {
  readonly #database: DatabaseSync;
  readonly #file: string;
  readonly #statements = new Map<string, StatementSync>();
  readonly #queries = new Map<string, Query>();
  /** SQLite found its file damaged. */
  damaged = false;

  constructor(file: string, { readOnly }: { readOnly: boolean }) {
    this.#file = file;
    this.#database = this.guard(() => open(file, readOnly));
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
      // the low byte of 11: SQLITE_CORRUPT
      if (((thrown as { errcode?: number } | null)?.errcode ?? 0) % 256 === 11) this.damaged = true;
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
    const { statement, columns } = this.#query(sql);
    const values = parameters as unknown as Parameters;
    return this.guard(() => {
      if (columns.length > 0)
        return { rows: named(statement.all(...values) as unknown as unknown[][], columns) as R[] };
      const { changes, lastInsertRowid } = statement.run(...values);
      return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
    });
  }

  #query(sql: string): Query {
    let query = this.#queries.get(sql);
    if (!query) {
      const statement = this.guard(() => this.#database.prepare(sql));
      statement.setReturnArrays(true);
      query = { statement, columns: statement.columns().map(({ name }) => name) };
      if (this.#queries.size >= 500) this.#queries.clear();
      this.#queries.set(sql, query);
    }
    return query;
  }

  // biome-ignore lint/correctness/useYield: cursors would hold the one connection; callers page by key
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('Streaming is not offered; page by key.');
  }

  close(): void {
    this.#statements.clear();
    this.#queries.clear();
    this.guard(() => this.#database.close());
  }
}

/**
 * A reader may look where it can write nothing, such as at a snapshot of a disk: SQLite keeps a journal's index beside the file
 * otherwise. What stands in a journal could not be seen there, so it must be empty.
 */
function open(file: string, readOnly: boolean): DatabaseSync {
  const usual = new DatabaseSync(file, { timeout: 5000 });
  if (!readOnly) return usual;
  try {
    usual.prepare('select 1 from sqlite_schema').get();
    return usual;
  } catch (thrown) {
    usual.close();
    const journal = statSync(`${file}-wal`, { throwIfNoEntry: false });
    // CANTOPEN and READONLY: the place may not be written
    if (![8, 14].includes(((thrown as { errcode?: number }).errcode ?? 0) % 256)) throw thrown;
    if (journal && journal.size > 0) {
      throw new LockstepError(
        'data-not-readable',
        `${file} has changes in a journal beside it, and its folder may not be written.`,
        {
          hint: 'Copy the folder to a place that may be written, and look there.',
          cause: thrown,
        },
      );
    }
    const address = pathToFileURL(file);
    address.searchParams.set('immutable', '1');
    return new DatabaseSync(address, { readOnly: true });
  }
}

interface Query {
  readonly statement: StatementSync;
  readonly columns: readonly string[];
}

/** Objects of one shape: what node:sqlite makes itself are hash tables, slow to read. */
function named(rows: readonly (readonly unknown[])[], columns: readonly string[]): Record<string, unknown>[] {
  return rows.map((values) => {
    const row: Record<string, unknown> = {};
    for (let index = 0; index < columns.length; index++) row[columns[index]!] = values[index];
    return row;
  });
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
