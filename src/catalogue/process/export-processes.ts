import { LockstepError } from '../../failure/index.ts';
import { type ExportShape, type ProcessDocument, parseTrustedJson, writeExport } from '../../process/index.ts';
import type { Catalogue } from '../catalogue.ts';
import { currentVersions } from './current-versions.ts';
import { findProcessRow, type ProcessRow } from './find-process.ts';

export interface ExportInput {
  /** Names or ids; all processes when left out. */
  readonly processes?: readonly string[];
}

/**
 * One JSON text in the shape in which the processes were imported, with those left out that were not asked for; several
 * imports together become Lockstep's own export.
 */
export async function exportProcesses({ store }: Catalogue, { processes }: ExportInput = {}): Promise<string> {
  const rows: ProcessRow[] = [];
  if (processes) {
    for (const name of processes) rows.push(await findProcessRow(store.db, name));
  } else {
    rows.push(
      ...(await store.db.selectFrom('process').selectAll().where('removed_at', 'is', null).orderBy('id').execute()),
    );
  }
  if (rows.length === 0) {
    throw new LockstepError('process-not-found', 'There is no process to export.', { hint: 'Import one first.' });
  }
  const documents = await currentDocuments({ store }, rows);
  const exported = rows.map((row, index) => ({
    kind: row.kind,
    owner: row.owner === '' ? null : row.owner,
    name: row.name,
    document: documents[index]!,
  }));
  const shapes = new Set(rows.map((row) => row.shape_id));
  const [shapeId] = shapes;
  if (shapes.size !== 1 || shapeId == null) return writeExport(null, exported);
  const { shape } = await store.db
    .selectFrom('import_shape')
    .select('shape')
    .where('id', '=', shapeId)
    .executeTakeFirstOrThrow();
  const around = parseTrustedJson(shape) as ExportShape;
  const slots = around.places.map(() => null) as ((typeof exported)[number] | null)[];
  rows.forEach((row, index) => {
    slots[row.shape_slot ?? index] = exported[index]!;
  });
  return writeExport(around, slots);
}

async function currentDocuments(
  { store }: Pick<Catalogue, 'store'>,
  rows: readonly ProcessRow[],
): Promise<ProcessDocument[]> {
  const texts = new Map<number, string>();
  for (let start = 0; start < rows.length; start += 500) {
    const page = rows.slice(start, start + 500);
    const found = await currentVersions(store.db)
      .select(['process.id', 'process_version.document'])
      .where(
        'process.id',
        'in',
        page.map(({ id }) => id),
      )
      .execute();
    for (const { id, document } of found) texts.set(id, document);
  }
  return rows.map(({ id }) => parseTrustedJson(texts.get(id)!) as ProcessDocument);
}
