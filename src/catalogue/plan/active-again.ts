import type { Kysely } from 'kysely';
import type { Tables } from '../../store/index.ts';
import type { PlanRow } from './plan-summary.ts';

/** The plugin's former version where an undo made it active again; null after a wave, and where somebody has moved on. */
export async function activeAgain(
  db: Kysely<Tables>,
  plan: Pick<PlanRow, 'plugin_id' | 'former_version'>,
  wave: string | undefined,
): Promise<string | null> {
  if (wave !== undefined) return null;
  const { active_version: active } = await db
    .selectFrom('plugin')
    .select('active_version')
    .where('id', '=', plan.plugin_id)
    .executeTakeFirstOrThrow();
  return active === plan.former_version ? active : null;
}
