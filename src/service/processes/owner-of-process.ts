import { rowId } from '../../catalogue/index.ts';
import { LockstepError } from '../../failure/index.ts';
import type { Store } from '../../store/index.ts';

/** Whose a process is, by its id, also when it was removed; null: nobody's in particular. Throws `process-not-found`. */
export async function ownerOfProcess({ db }: Store, id: string): Promise<string | null> {
  const row = await db.selectFrom('process').select('owner').where('id', '=', rowId(id)).executeTakeFirst();
  if (row) return row.owner || null;
  throw new LockstepError('process-not-found', `There is no process with the id ${id}.`, {
    hint: '`lockstep process list` shows them.',
  });
}
