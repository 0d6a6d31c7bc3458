import type { Kysely, Selectable } from 'kysely';
import { LockstepError } from '../../failure/index.ts';
import { formsOf } from '../../plugin/index.ts';
import { draftNamed, nameShown, type ProcessKind } from '../../process/index.ts';
import type { ProcessTable, Tables } from '../../store/index.ts';
import type { Catalogue } from '../catalogue.ts';
import { rowId } from '../row-id.ts';

export interface ProcessSummary {
  readonly id: string;
  /** A draft's is marked, so that it is told from the process beside it. */
  readonly name: string;
  readonly kind: ProcessKind;
  /** The component or template that holds it, or null. */
  readonly owner: string | null;
  readonly draft: boolean;
  readonly version: number;
  readonly labels: readonly string[];
}

export type ProcessRow = Selectable<ProcessTable>;

export function summaryOf(
  row: Pick<ProcessRow, 'id' | 'name' | 'kind' | 'owner' | 'draft' | 'version' | 'labels'>,
): ProcessSummary {
  return { ...identityOf(row), labels: JSON.parse(row.labels) };
}

/** Which process at which version; an owner stored as '' is none. */
export function identityOf(
  row: Pick<ProcessRow, 'id' | 'name' | 'kind' | 'owner' | 'draft' | 'version'>,
): Omit<ProcessSummary, 'labels'> {
  return {
    id: String(row.id),
    name: nameShown(row.name, row.draft === 1),
    kind: row.kind,
    owner: row.owner === '' ? null : row.owner,
    draft: row.draft === 1,
    version: row.version,
  };
}

/**
 * The process that a person means by an id, a name or `owner/name`; a draft by its name as it is shown. Throws
 * `process-not-found`, or `process-ambiguous` with the candidates.
 */
export async function findProcess({ store }: Catalogue, name: string): Promise<ProcessSummary> {
  return summaryOf(await findProcessRow(store.db, name));
}

export async function findProcessRow(db: Kysely<Tables>, name: string): Promise<ProcessRow> {
  const there = db.selectFrom('process').selectAll().where('removed_at', 'is', null);
  const byName = await rowsNamed(db, name, 0);
  const ofDraft = draftNamed(name);
  if (byName.length === 0 && ofDraft !== null) byName.push(...(await rowsNamed(db, ofDraft, 1)));
  if (byName.length === 1) return byName[0]!;
  if (byName.length > 1) {
    const candidates = byName.map((row) => ({ ...summaryOf(row) }));
    const words = candidates.map(({ id, kind, owner }) => `${id} (${kind}${owner ? ` of ${owner}` : ''})`);
    throw new LockstepError('process-ambiguous', `Several processes are named "${name}": ${words.join(', ')}.`, {
      hint: 'Name the one by its id, or as owner/name.',
      data: { candidates },
    });
  }
  const byId = await there.where('id', '=', rowId(name)).executeTakeFirst();
  if (byId) return byId;
  const [draft] = await rowsNamed(db, name, 1);
  throw new LockstepError('process-not-found', `There is no process "${name}"${draft ? ', only a draft of it' : ''}.`, {
    hint: draft ? `Name the draft: "${nameShown(name, true)}".` : '`lockstep process list` shows them.',
  });
}

/** All of a name or of `owner/name`, at most twenty of the first. */
async function rowsNamed(db: Kysely<Tables>, name: string, draft: number): Promise<ProcessRow[]> {
  const there = db.selectFrom('process').selectAll().where('removed_at', 'is', null).where('draft', '=', draft);
  const found = await there.where('name', 'in', formsOf(name)).limit(20).execute();
  for (const { index } of name.matchAll(/\//g)) {
    const owned = there
      .where('name', 'in', formsOf(name.slice(index + 1)))
      .where('owner', 'in', formsOf(name.slice(0, index)));
    found.push(...(await owned.execute()));
  }
  return found;
}

/** By id alone, as programs do. */
export async function processById(db: Kysely<Tables>, id: string): Promise<ProcessRow> {
  const row = await db
    .selectFrom('process')
    .selectAll()
    .where('id', '=', rowId(id))
    .where('removed_at', 'is', null)
    .executeTakeFirst();
  if (row) return row;
  throw new LockstepError('process-not-found', `There is no process with the id ${id}.`, {
    hint: '`lockstep process list` shows them.',
  });
}
