import { formsOf, nameInForm, sameName } from '../../plugin/index.ts';
import {
  listUses,
  type ProcessDocument,
  type ProcessKind,
  parseTrustedJson,
  textOf,
  type Use,
} from '../../process/index.ts';
import type { Catalogue } from '../catalogue.ts';
import { namesOf, useKeysOf } from '../plugin/plugin-names.ts';
import { currentVersions } from './current-versions.ts';
import { type ProcessSummary, summaryOf } from './find-process.ts';

export interface WhereUsedQuery {
  /** Plugin id or display name. */
  readonly plugin?: string;
  readonly stepType?: string;
  readonly version?: number;
  /** Only uses that hold a value for this property. */
  readonly property?: string;
}

export type FoundProcess = ProcessSummary & { readonly uses: readonly FoundUse[] };

/** A use without its values: a list of uses shows no secret. */
type FoundUse = Omit<Use, 'properties'> & { readonly kind: ProcessKind };

/** The current processes that use a plugin, a step type, a version or a property, found through the index [SCOPE-3]. */
export async function whereUsed({ store }: Catalogue, query: WhereUsedQuery): Promise<FoundProcess[]> {
  const { plugin, stepType, version, property } = query;
  const keys = await useKeysOf(store.db, { plugin, stepType });
  const names = plugin === undefined ? null : new Set((await namesFor(store.db, plugin)).map(nameInForm));
  const found: FoundProcess[] = [];
  const size = 500;
  for (let last = 0; ; ) {
    let uses = store.db
      .selectFrom('process_use')
      .select('process_id')
      .where('key_id', 'in', keys.length > 0 ? keys : [-1]);
    if (version !== undefined) uses = uses.where('version', '=', version);
    const rows = await currentVersions(store.db)
      .selectAll('process')
      .select('process_version.document')
      .where('process.id', 'in', uses)
      .where('process.id', '>', last)
      .where('process.removed_at', 'is', null)
      .orderBy('process.id')
      .limit(size)
      .execute();
    for (const { document, ...row } of rows) {
      last = row.id;
      const matching = listUses(parseTrustedJson(document) as ProcessDocument).filter(
        (use) =>
          (names === null ||
            (use.pluginId === null ? names.has(nameInForm(use.pluginName)) : names.has(nameInForm(use.pluginId)))) &&
          (stepType === undefined || sameName(use.stepType, stepType)) &&
          (version === undefined || use.pluginVersion === version) &&
          (property === undefined || formsOf(property).some((form) => textOf(use.properties[form]) !== '')),
      );
      if (matching.length === 0) continue;
      const shown = matching.map(({ properties: _values, ...use }) => ({ ...use, kind: row.kind }));
      found.push({ ...summaryOf(row), uses: shown });
    }
    if (rows.length < size) return found;
  }
}

async function namesFor(db: Catalogue['store']['db'], plugin: string): Promise<string[]> {
  const known = await db
    .selectFrom('plugin_version')
    .select('plugin_id')
    .where((is) => is.or([is('plugin_id', '=', plugin), is('name', 'in', formsOf(plugin))]))
    .distinct()
    .execute();
  const names = await Promise.all(known.map(({ plugin_id }) => namesOf(db, plugin_id)));
  return [plugin, ...known.map(({ plugin_id }) => plugin_id), ...names.flat()];
}
