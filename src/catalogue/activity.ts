import type { Kysely } from 'kysely';
import type { Tables } from '../store/index.ts';
import type { Catalogue } from './catalogue.ts';

export interface ActivityEntry {
  /** `process.imported`, `process.edited`, `upgrade.applied`, … */
  readonly action: string;
  readonly subject: { readonly kind: string; readonly id: string; readonly name: string };
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** Writes an entry in the transaction of the deed itself; other folders call it for their own deeds. */
export async function recordActivity(
  db: Kysely<Tables>,
  { user, now }: Pick<Catalogue, 'user' | 'now'>,
  entry: ActivityEntry,
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
