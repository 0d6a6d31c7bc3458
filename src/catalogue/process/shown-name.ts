import { sql } from 'kysely';
import { draftMark } from '../../process/index.ts';

/** The name of a row of `process` as it is shown: a draft's is marked. */
export const shownName = sql<string>`case when process.draft = 1 then process.name || ${sql.lit(draftMark)} else process.name end`;
