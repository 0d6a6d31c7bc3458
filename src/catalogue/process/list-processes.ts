import { sql } from 'kysely';
import { formsOf } from '../../plugin/index.ts';
import type { ProcessKind } from '../../process/index.ts';
import type { Catalogue } from '../catalogue.ts';
import { useKeysOf } from '../plugin/plugin-names.ts';
import { type ProcessSummary, summaryOf } from './find-process.ts';
import { shownName } from './shown-name.ts';

export interface ProcessFilter {
  /** Part of the name or of the owner's, in any letter case. */
  readonly search?: string;
  readonly kind?: ProcessKind;
  readonly label?: string;
  /** Only drafts, or none; left out: both. */
  readonly draft?: boolean;
  /** Plugin id or display name. */
  readonly plugin?: string;
  readonly stepType?: string;
  /** Plugin version of a use. */
  readonly version?: number;
  /** How many to pass over first. */
  readonly offset?: number;
  /** At most this many (default 200); all when null. */
  readonly limit?: number | null;
}

export interface ProcessPage {
  readonly processes: readonly ProcessSummary[];
  readonly total: number;
}

/** Current processes in the order of their ids. */
export async function listProcesses({ store }: Catalogue, filter: ProcessFilter = {}): Promise<ProcessPage> {
  const { search, kind, label, draft, plugin, stepType, version, offset, limit = 200 } = filter;
  let query = store.db.selectFrom('process').where('removed_at', 'is', null);
  if (kind) query = query.where('kind', '=', kind);
  if (draft !== undefined) query = query.where('draft', '=', draft ? 1 : 0);
  if (label)
    query = query.where(({ or, eb }) =>
      or(formsOf(label).map((form) => eb('labels', 'like', `%${escapeLike(JSON.stringify(form))}%`))),
    );
  if (search) {
    const parts = formsOf(search.toLowerCase()).map((form) => `%${escapeLike(form)}%`);
    query = query.where(({ or }) =>
      or(
        parts.map(
          (part) =>
            sql<boolean>`(lower(${shownName}) like ${part} escape '\\' or lower(owner) like ${part} escape '\\')`,
        ),
      ),
    );
  }
  if (plugin !== undefined || stepType !== undefined || version !== undefined) {
    const keys = await useKeysOf(store.db, { plugin, stepType });
    let uses = store.db
      .selectFrom('process_use')
      .select('process_id')
      .where('key_id', 'in', keys.length > 0 ? keys : [-1]);
    if (version !== undefined) uses = uses.where('version', '=', version);
    query = query.where('id', 'in', uses);
  }
  const { total } = await query.select(sql<number>`count(*)`.as('total')).executeTakeFirstOrThrow();
  let page = query.selectAll().orderBy('id');
  if (limit !== null) page = page.limit(limit);
  if (offset) page = page.offset(offset);
  return { processes: (await page.execute()).map(summaryOf), total };
}

function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}
