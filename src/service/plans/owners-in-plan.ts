import { rowId } from '../../catalogue/index.ts';
import { LockstepError } from '../../failure/index.ts';
import type { Store } from '../../store/index.ts';

/** Whose processes a plan changes; one that changes none is nobody's in particular. */
export async function ownersInPlan({ db }: Store, id: string): Promise<readonly (string | null)[]> {
  const rows = await db
    .selectFrom('plan_process')
    .innerJoin('process', 'process.id', 'plan_process.process_id')
    .select('owner')
    .distinct()
    .where('plan_id', '=', rowId(id))
    .execute();
  return rows.length > 0 ? rows.map(({ owner }) => owner || null) : [null];
}

/** A plugin's active version is everybody's: whoever has some processes only does not move it. */
export async function refuseSwitch({ db }: Store, id: string, way: 'apply' | 'undo'): Promise<void> {
  const plan = await db
    .selectFrom('plan')
    .innerJoin('plugin', 'plugin.id', 'plan.plugin_id')
    .select(['plan.version', 'plan.former_version', 'active_version', 'plugin.id'])
    .where('plan.id', '=', rowId(id))
    .executeTakeFirst();
  if (!plan) return;
  const moves =
    way === 'apply'
      ? plan.active_version !== plan.version
      : plan.active_version === plan.version && plan.former_version !== null;
  if (!moves) return;
  throw new LockstepError(
    'not-allowed',
    way === 'apply'
      ? `${plan.id} ${plan.version} is not its active version yet, and that is everybody's.`
      : `Undoing makes ${plan.id} ${plan.former_version} active again, for everybody.`,
    {
      hint:
        way === 'apply'
          ? 'Ask a plugin manager to install it or to switch; then apply.'
          : 'Undo a wave of yours, which moves no plugin, or ask a plugin manager.',
    },
  );
}
