import type { Kysely } from 'kysely';
import { LockstepError } from '../../failure/index.ts';
import type { Tables } from '../../store/index.ts';
import type { CompiledUpgrade } from '../../upgrade/index.ts';
import type { Catalogue } from '../catalogue.ts';
import { compileStoredUpgrade, targetOf, type UpgradeTarget } from '../plugin/stored-upgrade.ts';
import { type PlanRow, planRow, planSummary } from './plan-summary.ts';

/** As it was planned: a target that was replaced since has to be planned again. */
export async function plannedTarget(db: Kysely<Tables>, plan: PlanRow): Promise<UpgradeTarget> {
  const summary = planSummary(plan);
  const succeeds = summary.succeeds !== undefined;
  const target = await targetOf(db, plan.plugin_id, summary.to, succeeds);
  if (target.digest === plan.digest && target.version === plan.version) return target;
  throw new LockstepError(
    'plan-state',
    `${summary.plugin.name} ${plan.version} was replaced since plan ${plan.id} was made.`,
    { hint: 'Plan again: its rules may have changed.' },
  );
}

/** The rules of a plan, with its options: for looking at what applying would do. */
export async function upgradeOfPlan({ store }: Catalogue, id: string): Promise<CompiledUpgrade> {
  return plannedUpgrade(store.db, await planRow(store.db, id));
}

/** The rules of a plan, with its options. */
export async function plannedUpgrade(db: Kysely<Tables>, plan: PlanRow): Promise<CompiledUpgrade> {
  return compileStoredUpgrade(db, await plannedTarget(db, plan), planSummary(plan).options);
}
