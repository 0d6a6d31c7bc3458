import { LockstepError } from '../../failure/index.ts';
import { formsOf, sameName } from '../../plugin/index.ts';
import {
  formatDocument,
  isDraft,
  nameShown,
  type ProcessDocument,
  type ProcessKind,
  parseDocument,
  parseTrustedJson,
} from '../../process/index.ts';
import { addProcesses, addVersions, type StoreTransaction } from '../../store/index.ts';
import { recordActivity, said } from '../activity.ts';
import type { Catalogue } from '../catalogue.ts';
import { type ProcessRow, type ProcessSummary, processById, summaryOf } from './find-process.ts';
import { UseKeys } from './use-keys.ts';
import { followUses, writeVersions } from './write-versions.ts';

export interface SaveInput {
  /** The process's id. */
  readonly id: string;
  /** The version that was edited; the save is refused with `process-edited` when it is no longer the current one. */
  readonly expectedVersion: number;
  readonly document: ProcessDocument;
  /** Why, in the person's words; kept with the version. */
  readonly why?: string | undefined;
}

export interface SaveResult extends ProcessSummary {
  readonly outcome: 'changed' | 'unchanged';
}

/**
 * Saves an edited process as its next version; the same document again makes none. A document that gained or lost the
 * mark of a draft goes where it belongs by it.
 */
export async function saveProcess(
  catalogue: Catalogue,
  { id, expectedVersion, document, why }: SaveInput,
): Promise<SaveResult> {
  const text = formatDocument(document);
  const after = parseDocument(text);
  return catalogue.store.transaction(async (tx) => {
    const row = await processById(tx.db, id);
    if (row.version !== expectedVersion) throw edited(row.name, row.version, expectedVersion);
    if (isDraft(after) !== (row.draft === 1)) return moveAcross(tx, catalogue, row, { after, text, why });
    const before = await documentOf(tx, row);
    if (before === text) return { ...summaryOf(row), outcome: 'unchanged' as const };
    if (after.name !== row.name) {
      if (!sameName(after.name, row.name)) await refuseTakenName(tx.db, { ...row, name: after.name });
      await tx.db.updateTable('process').set({ name: after.name }).where('id', '=', row.id).execute();
    }
    return writeEdited(tx, catalogue, { ...row, name: after.name }, { before, after, text, why });
  });
}

interface Edit {
  readonly after: ProcessDocument;
  /** `after` as it is stored. */
  readonly text: string;
  readonly why: string | undefined;
}

/** A document that got the mark of a draft goes beside its process; one that lost it is promoted, and is a draft no more. */
async function moveAcross(
  tx: StoreTransaction,
  catalogue: Catalogue,
  row: ProcessRow,
  edit: Edit,
): Promise<SaveResult> {
  const wanted = { kind: row.kind, owner: row.owner, name: edit.after.name, draft: row.draft === 1 ? 0 : 1 };
  if (row.draft === 1) await takeOut(tx, catalogue, row);
  const beside = await rowOf(tx.db, wanted);
  if (!beside) return { ...(await addOne(tx, catalogue, wanted, edit)), outcome: 'changed' };
  const before = await documentOf(tx, beside);
  if (before === edit.text) return { ...summaryOf(beside), outcome: 'unchanged' };
  return writeEdited(tx, catalogue, beside, { ...edit, before });
}

async function writeEdited(
  tx: StoreTransaction,
  catalogue: Catalogue,
  row: ProcessRow,
  { before, after, text, why }: Edit & { readonly before: string },
): Promise<SaveResult> {
  const origin = { at: catalogue.now(), by: catalogue.user, reason: 'edited' as const, planId: null };
  const next = {
    processId: row.id,
    expected: row.version,
    before: parseTrustedJson(before) as ProcessDocument,
    after,
    text,
  };
  await writeVersions(tx, new UseKeys(), [next], origin);
  const saved = summaryOf({ ...row, version: row.version + 1 });
  await recordActivity(tx.db, catalogue, {
    action: 'process.edited',
    subject: { kind: 'process', id: saved.id, name: saved.name },
    detail: { version: saved.version, ...said(why) },
  });
  return { ...saved, outcome: 'changed' as const };
}

export interface CreateInput {
  readonly kind: ProcessKind;
  readonly owner: string | null;
  readonly document: ProcessDocument;
  /** Why, in the person's words; kept with the first version. */
  readonly why?: string | undefined;
}

/** Adds a process that was not imported. Its name must be free among its kind and owner; a draft stands beside it. */
export async function createProcess(
  catalogue: Catalogue,
  { kind, owner, document, why }: CreateInput,
): Promise<ProcessSummary> {
  const text = formatDocument(document);
  const after = parseDocument(text);
  return catalogue.store.transaction(async (tx) => {
    const row = { kind, owner: owner ?? '', name: after.name, draft: isDraft(after) ? 1 : 0 };
    await refuseTakenName(tx.db, row);
    return addOne(tx, catalogue, row, { after, text, why });
  });
}

async function addOne(
  tx: StoreTransaction,
  catalogue: Catalogue,
  named: ProcessName,
  { after, text, why }: Edit,
): Promise<ProcessSummary> {
  const [id] = await tx.reserveIds('process', 1);
  const row = { id: id!, ...named, version: 1 };
  await tx.bulk(addProcesses, [row]);
  await tx.bulk(addVersions, [
    {
      process_id: id!,
      version: 1,
      document: text,
      created_at: catalogue.now(),
      created_by: catalogue.user,
      reason: 'edited',
      plan_id: null,
    },
  ]);
  await followUses(tx, new UseKeys(), [{ processId: id!, before: null, after }]);
  const made = summaryOf({ ...row, labels: '[]' });
  await recordActivity(tx.db, catalogue, {
    action: 'process.created',
    subject: { kind: 'process', id: made.id, name: made.name },
    detail: said(why),
  });
  return made;
}

/** Takes a process out of every list; its versions stay for history and snapshots. */
export async function removeProcess(catalogue: Catalogue, id: string): Promise<void> {
  await catalogue.store.transaction(async (tx) => takeOut(tx, catalogue, await processById(tx.db, id)));
}

async function takeOut(tx: StoreTransaction, catalogue: Catalogue, row: ProcessRow): Promise<void> {
  await tx.db.updateTable('process').set({ removed_at: catalogue.now() }).where('id', '=', row.id).execute();
  const before = parseTrustedJson(await documentOf(tx, row)) as ProcessDocument;
  await followUses(tx, new UseKeys(), [{ processId: row.id, before, after: emptyDocument }]);
  const { id, name } = summaryOf(row);
  await recordActivity(tx.db, catalogue, { action: 'process.removed', subject: { kind: 'process', id, name } });
}

async function documentOf({ db }: StoreTransaction, { id, version }: ProcessRow): Promise<string> {
  const { document } = await db
    .selectFrom('process_version')
    .select('document')
    .where('process_id', '=', id)
    .where('version', '=', version)
    .executeTakeFirstOrThrow();
  return document;
}

const emptyDocument: ProcessDocument = { name: '', rootActivity: { type: 'graph', name: '' } };

type ProcessName = Pick<ProcessRow, 'kind' | 'owner' | 'name' | 'draft'>;

async function rowOf(db: StoreTransaction['db'], { kind, owner, name, draft }: ProcessName) {
  return db
    .selectFrom('process')
    .selectAll()
    .where('kind', '=', kind)
    .where('owner', 'in', formsOf(owner))
    .where('name', 'in', formsOf(name))
    .where('draft', '=', draft)
    .where('removed_at', 'is', null)
    .executeTakeFirst();
}

async function refuseTakenName(db: StoreTransaction['db'], wanted: ProcessName): Promise<void> {
  const taken = await rowOf(db, wanted);
  if (!taken) return;
  const shown = nameShown(wanted.name, wanted.draft === 1);
  throw new LockstepError('process-exists', `There is a ${wanted.kind} process named "${shown}" already.`, {
    hint: 'Choose another name.',
    data: { id: String(taken.id) },
  });
}

function edited(name: string, current: number, expected: number): LockstepError {
  return new LockstepError(
    'process-edited',
    `"${name}" was saved by somebody else: it is at version ${current}, not ${expected}.`,
    {
      hint: 'Read it again and repeat the change.',
      data: { current, expected },
    },
  );
}
