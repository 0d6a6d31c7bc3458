import { applyPlan, type Catalogue, createPlan, discardPlan, pluginUsage } from '../../catalogue/index.ts';
import {
  type PluginSwitch,
  registerRelease,
  type SwitchOutcome,
  type SwitchPlugin,
  switchInStore,
} from '../../host/index.ts';
import type { Store } from '../../store/index.ts';
import type { PlanOptions } from '../../upgrade/index.ts';

/** How the act under way wants its processes treated. */
export interface UpgradeChoice {
  /** `look`: a plan is made and waits · `outright`: applied at once unless it asks something. */
  readonly processes: 'look' | 'outright';
  readonly options: Partial<PlanOptions>;
}

/**
 * Plugin and processes as one unit [DO-3]: a new version whose processes would change is registered beside the others
 * and planned; applying that plan makes it active together with its processes. Everything else is switched at once.
 */
export function switchWithProcesses(
  store: Store,
  catalogueOf: (user: string) => Catalogue,
  choice: UpgradeChoice,
): SwitchPlugin {
  const outright = switchInStore(store);
  return async (change) => {
    if (!(await affectsProcesses(change, catalogueOf))) return outright(change);
    return planned(change, choice, catalogueOf(change.who), outright);
  };
}

type Upgrade = Extract<PluginSwitch, { kind: 'install' | 'upgrade' | 'undo' | 'reload' }>;

async function affectsProcesses(change: PluginSwitch, catalogueOf: (user: string) => Catalogue): Promise<boolean> {
  if (change.kind !== 'upgrade' || change.release.number === null) return false;
  const usage = await pluginUsage(catalogueOf(change.who), change.id);
  return usage.processCount > 0;
}

async function planned(
  change: PluginSwitch,
  choice: UpgradeChoice,
  catalogue: Catalogue,
  outright: SwitchPlugin,
): Promise<SwitchOutcome> {
  const { release, id, who, force } = change as Upgrade;
  await catalogue.store.transaction((tx) => registerRelease(tx, release, { who, force }));
  const plan = await createPlan(catalogue, { plugin: id, to: release.number!, options: choice.options });
  if (plan.totals.processes === 0) {
    await discardPlan(catalogue, plan.id);
    return outright(change);
  }
  const { open } = plan.totals;
  if (choice.processes === 'outright' && open === 0) {
    await applyPlan(catalogue, plan.id);
    return { state: 'switched' };
  }
  const why =
    open > 0
      ? `${open} question${open === 1 ? '' : 's'} about ${plan.totals.processes} processes must be answered first`
      : `${plan.totals.processes} processes would change`;
  return { state: 'waiting', plan: plan.id, why };
}
