import type { DatabaseDriver } from './database-driver.ts';
import { postgres } from './postgres/postgres.ts';
import { sqlite } from './sqlite/sqlite.ts';

/** Every kind of database that data may lie in. */
export const drivers: readonly DatabaseDriver[] = [sqlite, postgres];
