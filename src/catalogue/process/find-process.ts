import type { Kysely, Selectable } from 'kysely';
import { LockstepError } from '../../failure/index.ts';
import type { ProcessKind } from '../../process/index.ts';
import type { ProcessTable, Tables } from '../../store/index.ts';
import type { Catalogue } from '../catalogue.ts';

export interface ProcessSummary {
  readonly id: string;
  readonly name: string;
  readonly kind: ProcessKind;
  /** The component or template that holds it, or null. */
  readonly owner: string | null;
  readonly version: number;
  readonly labels: readonly string[];
}

export type ProcessRow = Selectable<ProcessTable>;

export function summaryOf(
  row: Pick<ProcessRow, 'id' | 'name' | 'kind' | 'owner' | 'version' | 'labels'>,
): ProcessSummary {
  return { ...identityOf(row), labels: JSON.parse(row.labels) };
}

/** Which process at which version; an owner stored as '' is none. */
export function identityOf(
  row: Pick<ProcessRow, 'id' | 'name' | 'kind' | 'owner' | 'version'>,
): Omit<ProcessSummary, 'labels'> {
  return {
    id: String(row.id),
    name: row.name,
    kind: row.kind,
    owner: row.owner === '' ? null : row.owner,
    version: row.version,
  };
}

/**
 * The process that a person means by an id, a name or `owner/name`. Throws `process-not-found`, or `process-ambiguous`
 * with the candidates.
 */
export async function findProcess({ store }: Catalogue, name: string): Promise<ProcessSummary> {
  return summaryOf(await findProcessRow(store.db, name));
}

export async function findProcessRow(db: Kysely<Tables>, name: string): Promise<ProcessRow> {
  const there = db.selectFrom('process').selectAll().where('removed_at', 'is', null);
  const byName = await there.where('name', '=', name).limit(20).execute();
  const slashes = [...name.matchAll(/\//g)].map(({ index }) => index);
  for (const slash of slashes) {
    const owner = name.slice(0, slash);
    byName.push(
      ...(await there
        .where('name', '=', name.slice(slash + 1))
        .where('owner', '=', owner)
        .execute()),
    );
  }
  if (byName.length === 1) return byName[0]!;
  if (byName.length > 1) {
    const candidates = byName.map((row) => ({ ...summaryOf(row) }));
    const words = candidates.map(({ id, kind, owner }) => `${id} (${kind}${owner ? ` of ${owner}` : ''})`);
    throw new LockstepError('process-ambiguous', `Several processes are named "${name}": ${words.join(', ')}.`, {
      hint: 'Name the one by its id, or as owner/name.',
      data: { candidates },
    });
  }
  if (/^\d{1,15}$/.test(name)) {
    const byId = await there.where('id', '=', Number(name)).executeTakeFirst();
    if (byId) return byId;
  }
  throw new LockstepError('process-not-found', `There is no process "${name}".`, {
    hint: '`lockstep process list` shows them.',
  });
}

/** By id alone, as programs do. */
export async function processById(db: Kysely<Tables>, id: string): Promise<ProcessRow> {
  const row = /^\d{1,15}$/.test(id)
    ? await db
        .selectFrom('process')
        .selectAll()
        .where('id', '=', Number(id))
        .where('removed_at', 'is', null)
        .executeTakeFirst()
    : undefined;
  if (row) return row;
  throw new LockstepError('process-not-found', `There is no process with the id ${id}.`, {
    hint: '`lockstep process list` shows them.',
  });
}
