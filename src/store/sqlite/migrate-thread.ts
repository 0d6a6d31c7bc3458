import { parentPort, workerData } from 'node:worker_threads';
import { LockstepError } from '../../failure/index.ts';
import { migrateSqlite } from './migrate-sqlite.ts';
import { SqliteConnection } from './sqlite-connection.ts';

// the whole work is at the start: whoever began this thread waits for its one word
try {
  const connection = new SqliteConnection(workerData as string, { readOnly: false });
  try {
    migrateSqlite(connection);
  } finally {
    connection.close();
  }
  parentPort?.postMessage(null);
} catch (error) {
  if (!(error instanceof LockstepError)) throw error;
  parentPort?.postMessage(error.toJSON());
}
