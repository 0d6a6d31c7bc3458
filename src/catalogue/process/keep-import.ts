import { createHash } from 'node:crypto';
import { addPlaces, type StoreTransaction } from '../../store/index.ts';
import type { Catalogue } from '../catalogue.ts';

export interface ImportedText {
  readonly text: string;
  readonly file: string;
  /** The process at each place, in the order of the export. */
  readonly processes: readonly number[];
}

/**
 * Keeps an export as it was written, with the process at each of its places [DO-10]. The same text again is the same
 * import; one whose processes all stand in a newer import has been replaced by it and goes.
 */
export async function keepImport(
  tx: StoreTransaction,
  { now }: Catalogue,
  { text, file, processes }: ImportedText,
): Promise<void> {
  const digest = createHash('sha256').update(text).digest('hex');
  const known = await tx.db.selectFrom('import_shape').select('id').where('digest', '=', digest).executeTakeFirst();
  const id =
    known?.id ??
    (
      await tx.db
        .insertInto('import_shape')
        .values({ digest, shape: '', file, text, created_at: now() })
        .returning('id')
        .executeTakeFirstOrThrow()
    ).id;
  await tx.db.deleteFrom('process_place').where('import_id', '=', id).execute();
  await tx.bulk(
    addPlaces,
    processes.map((process_id, slot) => ({ import_id: id, slot, process_id })),
  );
  await forgetReplaced(tx, id);
}

async function forgetReplaced({ db }: StoreTransaction, id: number): Promise<void> {
  const replaced = await db
    .selectFrom('import_shape')
    .select('import_shape.id')
    .where('id', '!=', id)
    // only what shares a process with it can have been replaced
    .where('id', 'in', (inner) =>
      inner
        .selectFrom('process_place as other')
        .innerJoin('process_place as mine', 'mine.process_id', 'other.process_id')
        .select('other.import_id')
        .where('mine.import_id', '=', id),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('process_place as old')
            .select('old.slot')
            .whereRef('old.import_id', '=', 'import_shape.id')
            .where(
              'old.process_id',
              'not in',
              selectFrom('process_place').select('process_id').where('import_id', '=', id),
            ),
        ),
      ),
    )
    .execute();
  if (replaced.length === 0) return;
  const ids = replaced.map((one) => one.id);
  await db.deleteFrom('process_place').where('import_id', 'in', ids).execute();
  await db.deleteFrom('import_shape').where('id', 'in', ids).execute();
}
