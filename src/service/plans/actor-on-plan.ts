import { rowId } from '../../catalogue/index.ts';
import { LockstepError } from '../../failure/index.ts';
import type { Store } from '../../store/index.ts';
import type { Actor } from '../accounts/actor.ts';
import type { Steward } from '../accounts/steward.ts';

/** What is done with a plan that is there. */
export type PlanAct =
  | { readonly act: 'answer' | 'apply' | 'pause' | 'continue' | 'redo' | 'discard' }
  | { readonly act: 'undo'; readonly wave: string | undefined };

/**
 * The one answer to who may do what with a plan: all its processes must be theirs, and whoever has some processes only
 * does not move the active version of the plugin, which is everybody's.
 */
export async function actorOnPlan(store: Store, steward: Steward, id: string, act: PlanAct): Promise<Actor> {
  const actor = steward.of(...(await ownersInPlan(store, id)));
  if (!steward.mayEverything) await refuseSwitch(store, id, act);
  return actor;
}

/** Whose processes a plan changes; one that changes none is nobody's in particular. */
async function ownersInPlan({ db }: Store, id: string): Promise<readonly (string | null)[]> {
  const rows = await db
    .selectFrom('plan_process')
    .innerJoin('process', 'process.id', 'plan_process.process_id')
    .select('owner')
    .distinct()
    .where('plan_id', '=', rowId(id))
    .execute();
  return rows.length > 0 ? rows.map(({ owner }) => owner || null) : [null];
}

async function refuseSwitch({ db }: Store, id: string, act: PlanAct): Promise<void> {
  const plan = await db
    .selectFrom('plan')
    .innerJoin('plugin', 'plugin.id', 'plan.plugin_id')
    .select(['plan.version', 'plan.former_version', 'plan.state', 'active_version', 'plugin.id'])
    .where('plan.id', '=', rowId(id))
    .executeTakeFirst();
  if (!plan) return;
  const way = wayOf(act, plan.state);
  if (way === 'forward' && plan.active_version !== plan.version) {
    throw new LockstepError(
      'not-allowed',
      `${plan.id} ${plan.version} is not its active version yet, and that is everybody's.`,
      { hint: 'Ask a plugin manager to install it or to switch; then apply.' },
    );
  }
  if (way === 'back' && plan.active_version === plan.version && plan.former_version !== null) {
    throw new LockstepError(
      'not-allowed',
      `Undoing makes ${plan.id} ${plan.former_version} active again, for everybody.`,
      { hint: 'Undo a wave of yours, which moves no plugin, or ask a plugin manager.' },
    );
  }
}

/** Which way an act would move the plugin, or null for none. */
function wayOf(act: PlanAct, state: string): 'forward' | 'back' | null {
  if (act.act === 'undo') return act.wave === undefined ? 'back' : null;
  // goes on in the direction that it had
  if (act.act === 'continue') return state === 'undoing' ? 'back' : 'forward';
  return act.act === 'apply' ? 'forward' : null;
}
