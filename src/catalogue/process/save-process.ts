import { LockstepError } from '../../failure/index.ts';
import {
  formatDocument,
  type ProcessDocument,
  type ProcessKind,
  parseDocument,
  parseTrustedJson,
} from '../../process/index.ts';
import { addProcesses, addVersions } from '../../store/index.ts';
import { recordActivity, said } from '../activity.ts';
import type { Catalogue } from '../catalogue.ts';
import { type ProcessSummary, processById, summaryOf } from './find-process.ts';
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

/** Saves an edited process as its next version; the same document again makes none. */
export async function saveProcess(
  catalogue: Catalogue,
  { id, expectedVersion, document, why }: SaveInput,
): Promise<SaveResult> {
  const text = formatDocument(document);
  const after = parseDocument(text);
  return catalogue.store.transaction(async (tx) => {
    const row = await processById(tx.db, id);
    if (row.version !== expectedVersion) throw edited(row.name, row.version, expectedVersion);
    const { document: before } = await tx.db
      .selectFrom('process_version')
      .select('document')
      .where('process_id', '=', row.id)
      .where('version', '=', row.version)
      .executeTakeFirstOrThrow();
    if (before === text) return { ...summaryOf(row), outcome: 'unchanged' as const };
    if (after.name !== row.name) {
      await refuseTakenName(tx.db, { ...row, name: after.name });
      await tx.db.updateTable('process').set({ name: after.name }).where('id', '=', row.id).execute();
    }
    const origin = { at: catalogue.now(), by: catalogue.user, reason: 'edited' as const, planId: null };
    const next = {
      processId: row.id,
      expected: row.version,
      before: parseTrustedJson(before) as ProcessDocument,
      after,
      text,
    };
    await writeVersions(tx, new UseKeys(), [next], origin);
    await recordActivity(tx.db, catalogue, {
      action: 'process.edited',
      subject: { kind: 'process', id, name: after.name },
      detail: { version: row.version + 1, ...said(why) },
    });
    return { ...summaryOf({ ...row, name: after.name, version: row.version + 1 }), outcome: 'changed' as const };
  });
}

export interface CreateInput {
  readonly kind: ProcessKind;
  readonly owner: string | null;
  readonly document: ProcessDocument;
  /** Why, in the person's words; kept with the first version. */
  readonly why?: string | undefined;
}

/** Adds a process that was not imported. Its name must be free among its kind and owner. */
export async function createProcess(
  catalogue: Catalogue,
  { kind, owner, document, why }: CreateInput,
): Promise<ProcessSummary> {
  const text = formatDocument(document);
  const after = parseDocument(text);
  return catalogue.store.transaction(async (tx) => {
    const row = { kind, owner: owner ?? '', name: after.name, version: 1 };
    await refuseTakenName(tx.db, row);
    const [id] = await tx.reserveIds('process', 1);
    await tx.bulk(addProcesses, [{ id: id!, ...row }]);
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
    await recordActivity(tx.db, catalogue, {
      action: 'process.created',
      subject: { kind: 'process', id: String(id), name: after.name },
      detail: said(why),
    });
    return summaryOf({ ...row, id: id!, labels: '[]' });
  });
}

/** Takes a process out of every list; its versions stay for history and snapshots. */
export async function removeProcess(catalogue: Catalogue, id: string): Promise<void> {
  await catalogue.store.transaction(async (tx) => {
    const row = await processById(tx.db, id);
    await tx.db.updateTable('process').set({ removed_at: catalogue.now() }).where('id', '=', row.id).execute();
    const { document } = await tx.db
      .selectFrom('process_version')
      .select('document')
      .where('process_id', '=', row.id)
      .where('version', '=', row.version)
      .executeTakeFirstOrThrow();
    const gone = { processId: row.id, before: parseTrustedJson(document) as ProcessDocument, after: emptyDocument };
    await followUses(tx, new UseKeys(), [gone]);
    await recordActivity(tx.db, catalogue, {
      action: 'process.removed',
      subject: { kind: 'process', id, name: row.name },
    });
  });
}

const emptyDocument: ProcessDocument = { name: '', rootActivity: { type: 'graph', name: '' } };

/** Gives a process the words by which waves choose it. */
export async function labelProcess(catalogue: Catalogue, id: string, labels: readonly string[]): Promise<void> {
  await changeLabels(catalogue, id, () => labels);
}

/** Gives a process one more label, takes one from it, or both; the others stay. False: it was so already. */
export function relabelProcess(
  catalogue: Catalogue,
  id: string,
  { give, take }: { readonly give?: string | undefined; readonly take?: string | undefined },
): Promise<boolean> {
  return changeLabels(catalogue, id, (labels) => [
    ...labels.filter((label) => label !== take),
    ...(give === undefined ? [] : [give]),
  ]);
}

function changeLabels(
  catalogue: Catalogue,
  id: string,
  change: (labels: readonly string[]) => readonly string[],
): Promise<boolean> {
  return catalogue.store.transaction(async (tx) => {
    const row = await processById(tx.db, id);
    const labels = [...new Set(change(JSON.parse(row.labels) as string[]))].sort();
    const text = JSON.stringify(labels);
    if (text === row.labels) return false;
    await tx.db.updateTable('process').set({ labels: text }).where('id', '=', row.id).execute();
    await recordActivity(tx.db, catalogue, {
      action: 'process.labelled',
      subject: { kind: 'process', id, name: row.name },
      detail: { labels },
    });
    return true;
  });
}

async function refuseTakenName(
  db: Parameters<typeof processById>[0],
  { kind, owner, name }: { kind: ProcessKind; owner: string; name: string },
): Promise<void> {
  const taken = await db
    .selectFrom('process')
    .select('id')
    .where('kind', '=', kind)
    .where('owner', '=', owner)
    .where('name', '=', name)
    .where('removed_at', 'is', null)
    .executeTakeFirst();
  if (!taken) return;
  throw new LockstepError('process-exists', `There is a ${kind} process named "${name}" already.`, {
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
