import type { DatabaseDriver } from '../database-driver.ts';
import { openSqliteStore } from './open-sqlite-store.ts';

export const sqlite: DatabaseDriver = { address: null, open: openSqliteStore };
