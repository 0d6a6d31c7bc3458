import { type Activity, type ProcessDocument, readUse, visitActivities } from '../../process/index.ts';
import type { StoreTransaction } from '../../store/index.ts';

/** A step type of a plugin at a version, as documents name them: what the where-used index counts. */
export interface UseSlot {
  readonly step: UseStep;
  readonly version: number;
}

export interface UseStep {
  readonly pluginId: string;
  readonly pluginName: string;
  readonly stepType: string;
  /** Its number in the index, once it was looked up. */
  key: number;
  readonly slots: Map<number, UseSlot>;
}

export type UseCounts = ReadonlyMap<UseSlot, number>;

const unknown = -1;

/** The step types of the index, each looked up once in the life of this object. */
export class UseKeys {
  readonly #steps = new Map<string, Map<string, Map<string, UseStep>>>();
  #fresh: UseStep[] = [];

  /** Counts a document's uses; `number` must follow before the keys are read. */
  count(document: ProcessDocument): UseCounts {
    const counts = new Map<UseSlot, number>();
    const see = (activity: Activity): void => {
      const use = readUse(activity);
      if (!use) return;
      const slot = this.#slot(use.pluginId ?? '', use.pluginName, use.stepType, use.pluginVersion);
      counts.set(slot, (counts.get(slot) ?? 0) + 1);
    };
    visitActivities(document.rootActivity, see);
    return counts;
  }

  /** Looks up, or adds, the step types that were counted for the first time. */
  async number(tx: StoreTransaction): Promise<void> {
    for (const step of this.#fresh) step.key = await keyOf(tx, step);
    this.#fresh = [];
  }

  #slot(pluginId: string, pluginName: string, stepType: string, version: number): UseSlot {
    const step = this.#step(pluginId, pluginName, stepType);
    let slot = step.slots.get(version);
    if (!slot) {
      slot = { step, version };
      step.slots.set(version, slot);
    }
    return slot;
  }

  #step(pluginId: string, pluginName: string, stepType: string): UseStep {
    const named = branch(this.#steps, pluginName);
    const owned = branch(named, pluginId);
    let step = owned.get(stepType);
    if (!step) {
      step = { pluginId, pluginName, stepType, key: unknown, slots: new Map() };
      owned.set(stepType, step);
      this.#fresh.push(step);
    }
    return step;
  }
}

function branch<Value>(tree: Map<string, Map<string, Value>>, name: string): Map<string, Value> {
  let below = tree.get(name);
  if (!below) {
    below = new Map();
    tree.set(name, below);
  }
  return below;
}

async function keyOf(tx: StoreTransaction, { pluginId, pluginName, stepType }: UseStep): Promise<number> {
  await tx.db
    .insertInto('use_key')
    .values({ plugin_id: pluginId, plugin_name: pluginName, step_type: stepType })
    .onConflict((conflict) => conflict.columns(['plugin_name', 'plugin_id', 'step_type']).doNothing())
    .execute();
  const { id } = await tx.db
    .selectFrom('use_key')
    .select('id')
    .where('plugin_name', '=', pluginName)
    .where('plugin_id', '=', pluginId)
    .where('step_type', '=', stepType)
    .executeTakeFirstOrThrow();
  return id;
}
