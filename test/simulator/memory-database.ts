import type { SQLInputValue, StatementSync } from 'node:sqlite';
import type { QueryResult } from 'kysely';
import { outstandingStatements } from '../../src/store/migrations/outstanding.ts';
import { SqliteConnection } from '../../src/store/sqlite/sqlite-connection.ts';
import { sqliteColumns } from '../../src/store/sqlite/sqlite-words.ts';

interface Prepared {
  readonly statement: StatementSync;
  readonly columns: readonly string[];
}

const spare: MemoryDatabase[] = [];

/** A database in memory with all tables and no rows. One that was given back is emptied and taken again, with its statements. */
export class MemoryDatabase {
  readonly connection = new SqliteConnection(':memory:', { readOnly: false });
  readonly #prepared = new Map<string, Prepared>();
  readonly #tables: readonly string[];

  constructor() {
    this.connection.exec('begin');
    for (const statement of outstandingStatements(sqliteColumns, 0).statements) this.connection.exec(statement);
    this.connection.exec('commit');
    const tables = this.query<{ name: string }>("select name from sqlite_schema where type = 'table'", []).rows;
    this.#tables = tables.map(({ name }) => name);
    const filled = this.#tables.find((name) => this.query(`select 1 from "${name}" limit 1`, []).rows.length > 0);
    if (filled) throw new Error(`A new database has rows in ${filled}: emptying it would make another one of it.`);
  }

  static take(): MemoryDatabase {
    return spare.pop() ?? new MemoryDatabase();
  }

  giveBack(): void {
    this.connection.exec('pragma foreign_keys = off; begin');
    for (const name of this.#tables) this.connection.exec(`delete from "${name}"`);
    this.connection.exec('commit; pragma foreign_keys = on');
    spare.push(this);
  }

  /** At once, whoever has begun a transaction. */
  query<Row>(sql: string, values: readonly unknown[]): QueryResult<Row> {
    const { statement, columns } = this.#prepare(sql);
    const given = values as SQLInputValue[];
    if (columns.length > 0) {
      const rows = this.connection.guard(() => statement.all(...given)) as unknown as unknown[][];
      return { rows: rows.map((row) => named(row, columns) as Row) };
    }
    const { changes, lastInsertRowid } = this.connection.guard(() => statement.run(...given));
    return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
  }

  #prepare(sql: string): Prepared {
    let prepared = this.#prepared.get(sql);
    if (!prepared) {
      const statement = this.connection.prepare(sql);
      statement.setReturnArrays(true);
      prepared = { statement, columns: statement.columns().map(({ name }) => name) };
      this.#prepared.set(sql, prepared);
    }
    return prepared;
  }
}

function named(values: readonly unknown[], columns: readonly string[]): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  for (let at = 0; at < columns.length; at++) row[columns[at]!] = values[at];
  return row;
}
