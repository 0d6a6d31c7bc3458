import type { Kysely } from 'kysely';
import type { AdmittedVersion } from '../plugin/index.ts';
import type { Tables } from './tables.ts';

/** What the judgement of an arriving release looks at: every installed version with step types, and all of its own. */
export async function admittedVersions(db: Kysely<Tables>, id: string): Promise<AdmittedVersion[]> {
  const rows = await db
    .selectFrom('plugin_version')
    .innerJoin('plugin', 'plugin.id', 'plugin_version.plugin_id')
    .select(['plugin_id', 'plugin_version.name', 'version', 'number', 'digest', 'successor', 'active_version'])
    // definitions of other plugins stay where they are
    .select((is) => is.case().when('plugin_id', '=', id).then(is.ref('definition')).end().as('definition'))
    .where('state', '=', 'installed')
    .where((is) => is.or([is('plugin_id', '=', id), is('number', 'is not', null)]))
    .orderBy('installed_at')
    .execute();
  return rows.map((row) => ({
    id: row.plugin_id,
    name: row.name,
    version: row.version,
    digest: row.digest,
    hasStepTypes: row.number !== null,
    definition: row.definition ? JSON.parse(row.definition) : null,
    successor: row.successor,
    active: row.version === row.active_version,
  }));
}
