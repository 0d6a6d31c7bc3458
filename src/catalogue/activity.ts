import type { Kysely } from 'kysely';
import type { Tables } from '../store/index.ts';
import type { Catalogue } from './catalogue.ts';

export interface ActivityEntry {
  readonly id: number;
  readonly at: string;
  readonly who: string;
  /** `process.imported`, `process.edited`, `upgrade.applied`, … */
  readonly action: string;
  readonly subject: { readonly kind: string; readonly id: string; readonly name: string };
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface ActivityFilter {
  readonly who?: string;
  /** An action, or its beginning up to a dot (`upgrade`). */
  readonly action?: string;
  readonly subject?: { readonly kind: string; readonly id?: string };
  /** Entries older than this id, for the next page. */
  readonly before?: number;
  readonly limit?: number;
}

/** Who did what, newest first. */
export async function listActivity({ store }: Catalogue, filter: ActivityFilter = {}): Promise<ActivityEntry[]> {
  const { who, action, subject, before, limit = 100 } = filter;
  let query = store.db.selectFrom('activity').selectAll().orderBy('id', 'desc').limit(limit);
  if (who) query = query.where('who', '=', who);
  if (action) query = query.where((is) => is.or([is('action', '=', action), is('action', 'like', `${action}.%`)]));
  if (subject) query = query.where('subject_kind', '=', subject.kind);
  if (subject?.id !== undefined) query = query.where('subject_id', '=', subject.id);
  if (before !== undefined) query = query.where('id', '<', before);
  const rows = await query.execute();
  return rows.map((row) => ({
    id: row.id,
    at: row.at,
    who: row.who,
    action: row.action,
    subject: { kind: row.subject_kind, id: row.subject_id, name: row.subject_name },
    detail: JSON.parse(row.detail),
  }));
}

/** Writes an entry in the transaction of the deed itself; other folders call it for their own deeds. */
export async function recordActivity(
  db: Kysely<Tables>,
  { user, now }: Pick<Catalogue, 'user' | 'now'>,
  entry: Pick<ActivityEntry, 'action' | 'subject'> & { readonly detail?: Readonly<Record<string, unknown>> },
): Promise<void> {
  await db
    .insertInto('activity')
    .values({
      at: now(),
      who: user,
      action: entry.action,
      subject_kind: entry.subject.kind,
      subject_id: entry.subject.id,
      subject_name: entry.subject.name,
      detail: JSON.stringify(entry.detail ?? {}),
    })
    .execute();
}

/** The words of whoever did something, as a detail of its entry; nothing where none were said. */
export function said(why: string | undefined): { readonly why?: string } {
  const words = why?.trim();
  return words ? { why: words } : {};
}
