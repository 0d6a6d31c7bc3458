import type { Kysely } from 'kysely';
import { LockstepError } from '../../failure/index.ts';
import {
  type ExportShape,
  fillExport,
  formatJson,
  formatWritten,
  ownExport,
  type ProcessDocument,
  parseTrustedJson,
  readExport,
  sameJson,
  type WrittenFormat,
} from '../../process/index.ts';
import type { Tables } from '../../store/index.ts';
import type { Catalogue } from '../catalogue.ts';
import { currentVersions } from './current-versions.ts';
import { findProcessRow, type ProcessRow } from './find-process.ts';

export interface ExportInput {
  /** Names or ids; all processes when left out. */
  readonly processes?: readonly string[];
  /** The language to write in; left out: the one that they came in, JSON where there are several. */
  readonly format?: WrittenFormat | undefined;
  /** Hides what is not for whoever asks, in the processes and around them; null: it is for them. */
  readonly hide: ((value: unknown, documents: readonly ProcessDocument[]) => Promise<unknown>) | null;
}

/** A text and the language that it is written in. */
export interface ExportText {
  readonly text: string;
  readonly format: WrittenFormat;
}

/**
 * Processes as one text [DO-10]. All of one import: its own text, changed only in the lines of what changed. Some
 * of one import: that, without those that were not asked for. Of several imports: Lockstep's own export, which holds
 * each of them whole.
 */
export async function exportProcesses(
  { store }: Catalogue,
  { processes, format, hide }: ExportInput,
): Promise<ExportText> {
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
  const asked = new Map(rows.map((row, index) => [row.id, { row, document: documents[index]! }]));
  const imports = await importsOf(store.db, asked);
  const placed = new Set(imports.flatMap(({ places }) => places));
  const alone = [...asked].filter(([id]) => !placed.has(id)).map(([, one]) => one);
  const [only] = imports;
  const shown = async (value: unknown): Promise<unknown> => (hide ? hide(value, documents) : value);
  if (only && imports.length === 1 && alone.length === 0) {
    const value = await shown(only.value());
    const wanted = format ?? only.format;
    return { text: wanted === only.format ? only.text(value) : formatWritten(value, wanted), format: wanted };
  }
  // an export that is nothing but its process needs no file around it
  const bare = imports.filter(({ isBare }) => isBare).flatMap(({ places }) => places.map((id) => asked.get(id)!));
  const listed = [...new Set([...bare, ...alone])].sort((a, b) => a.row.id - b.row.id);
  const value = await shown(
    ownExport(
      listed.map(({ row: { kind, owner, name }, document }) => ({ kind, owner: owner || null, name, document })),
      imports.filter(({ isBare }) => !isBare).map(({ file, value }) => ({ file, export: value() })),
    ),
  );
  const wanted = format ?? 'json';
  return { text: formatWritten(value, wanted), format: wanted };
}

interface KeptImport {
  readonly file: string;
  /** The process at each place. */
  readonly places: readonly number[];
  /** The export is one process and nothing around it. */
  readonly isBare: boolean;
  readonly format: WrittenFormat;
  value(): unknown;
  /** This value as it would have been written there. */
  text(value: unknown): string;
}

type Asked = ReadonlyMap<number, { readonly document: ProcessDocument }>;

/** Every import in which one of these processes has a place, oldest first. */
async function importsOf(db: Kysely<Tables>, asked: Asked): Promise<KeptImport[]> {
  let query = db.selectFrom('process_place').selectAll().orderBy('import_id').orderBy('slot');
  if (asked.size <= 500) {
    const theirs = db
      .selectFrom('process_place')
      .select('import_id')
      .where('process_id', 'in', [...asked.keys()]);
    query = query.where('import_id', 'in', theirs);
  }
  const places = await query.execute();
  const byImport = Map.groupBy(places, ({ import_id }) => import_id);
  const imports: KeptImport[] = [];
  for (const [id, slots] of byImport) {
    if (!slots.some(({ process_id }) => asked.has(process_id))) continue;
    const { file, text, shape } = await db
      .selectFrom('import_shape')
      .select(['file', 'text', 'shape'])
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    const processes = new Map(slots.map(({ slot, process_id }) => [slot, process_id]));
    imports.push(text === null ? ofShape(file, shape, processes, asked) : ofText(file, text, processes, asked));
  }
  return imports;
}

function ofText(file: string, text: string, processes: ReadonlyMap<number, number>, asked: Asked): KeptImport {
  const read = readExport(text, file);
  const places = read.processes.map((_, slot) => processes.get(slot)!);
  // the last of equal identity is the one that was stored; where that has not changed, no copy of it has
  const stored = new Map(places.map((id, slot) => [id, read.processes[slot]!.document]));
  const after = read.processes.map(({ document }, slot) => {
    const now = asked.get(places[slot]!)?.document;
    if (!now) return null;
    return sameJson(stored.get(places[slot]!), now) ? document : now;
  });
  const value = (): unknown => fillExport(read.shape, after);
  const [place] = read.shape.places;
  return {
    file,
    places,
    isBare: read.shape.places.length === 1 && place!.length === 0,
    format: read.written.format,
    value,
    text: read.written.rewrite,
  };
}

/** An import of older days, of which only what stood around its processes is kept. */
function ofShape(file: string, shape: string, processes: ReadonlyMap<number, number>, asked: Asked): KeptImport {
  const around = parseTrustedJson(shape) as ExportShape;
  const places = around.places.map((_, slot) => processes.get(slot) ?? -1);
  const value = (): unknown =>
    fillExport(
      around,
      places.map((id) => asked.get(id)?.document ?? null),
    );
  const isBare = places.length === 1 && around.places[0]!.length === 0;
  return { file, places: places.filter((id) => id >= 0), isBare, format: 'json', value, text: formatJson };
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
