import { type SqlBool, sql } from 'kysely';

/** Steps that are not at their end: word for word the condition of the index that holds only those. */
export const isOpen = sql<SqlBool>`state in ('ready', 'claimed', 'running')`;
