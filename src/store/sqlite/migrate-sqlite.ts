import { outstandingStatements } from '../migrations/outstanding.ts';
import type { SqliteConnection } from './sqlite-connection.ts';
import { sqliteColumns } from './sqlite-words.ts';

// "Lock" in ASCII: tells our databases from others
export const applicationId = 0x4c6f636b;

/** Brings the schema up to date, in one transaction under the writer's lock: of several servers starting at once one does it. */
export function migrateSqlite(connection: SqliteConnection): void {
  connection.exec('begin immediate');
  try {
    // no pause in between: other servers of this very process would wait for a lock that we hold
    const { number, statements } = outstandingStatements(sqliteColumns, schemaNumber(connection));
    for (const statement of statements) connection.exec(statement);
    connection.exec(`pragma user_version = ${number}`);
    connection.exec(`pragma application_id = ${applicationId}`);
    connection.exec('commit');
  } catch (error) {
    connection.exec('rollback');
    throw error;
  }
}

export function schemaNumber(connection: SqliteConnection): number {
  return Number(connection.get('pragma user_version')?.['user_version']);
}
