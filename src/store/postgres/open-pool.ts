import pg from 'pg';
import { LockstepError } from '../../failure/index.ts';

/** Connections to PostgreSQL, and whether each is a session of its own. */
export interface SessionPool {
  readonly pool: pg.Pool;
  /** A pooler stands between: what a session keeps (settings, named statements) may be another's at the next statement. */
  readonly pooled: boolean;
  /** How a transaction begins. */
  readonly begin: string;
}

export interface PoolOptions {
  readonly poolSize: number;
  readonly schema: string;
}

const numbers = new Set([20, 1700]);
// an index is worth its while: documents are read by id, and a table may have grown since PostgreSQL looked at it
const pageCost = '1.1';

/**
 * Opens a pool and asks back whether its settings arrived. A pooler that refuses start-up options, or passes over them,
 * is taken for one that shares sessions: then settings are made in each transaction.
 */
export async function openPool(address: string, options: PoolOptions): Promise<SessionPool> {
  const settings = `-c search_path=${options.schema} -c client_min_messages=warning -c random_page_cost=${pageCost}`;
  const direct = makePool(address, options, settings);
  try {
    const { rows } = await direct.query('show random_page_cost');
    if (rows[0]?.random_page_cost === pageCost) return { pool: direct, pooled: false, begin: 'begin' };
  } catch (error) {
    if (!refusesOptions(error)) {
      await direct.end();
      throw error;
    }
  }
  await direct.end();
  if (options.schema !== 'public') throw pooled('tables outside the schema "public" need a session of their own');
  const local = `set local client_min_messages = warning; set local random_page_cost = ${pageCost}`;
  return { pool: makePool(address, options), pooled: true, begin: `begin; ${local}` };
}

/** PgBouncer's word for a start-up parameter that it was not told to let through (a violation of the protocol). */
export function refusesOptions(error: unknown): boolean {
  return (error as { code?: unknown }).code === '08P01';
}

export function pooled(why: string): LockstepError {
  return new LockstepError('database-pooled', `Between this server and PostgreSQL stands a pooler: ${why}.`, {
    hint: 'Name an address without a pooler, or one in session mode that lets start-up options through, as databaseDirect (LOCKSTEP_DATABASE_DIRECT).',
  });
}

function makePool(address: string, { poolSize }: PoolOptions, settings?: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString: address,
    max: poolSize,
    ...(settings === undefined ? {} : { options: settings }),
    application_name: 'lockstep',
    connectionTimeoutMillis: 10_000,
    types: {
      // counts and ids stay far below 2^53
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        numbers.has(oid) ? Number : (pg.types.getTypeParser as (oid: number, format?: string) => never)(oid, format),
    } as pg.CustomTypesConfig,
  });
  // a lost idle connection is replaced at the next use; that use reports what is wrong
  pool.on('error', () => {});
  // the pool listens to idle connections only; one that breaks while it is lent must not end the server
  pool.on('connect', (client) => void client.on('error', () => {}));
  return pool;
}
