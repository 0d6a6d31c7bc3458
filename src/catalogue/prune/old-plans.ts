import { type RawBuilder, sql } from 'kysely';
import type { Catalogue } from '../catalogue.ts';
import { removePlan } from '../plan/create-plan.ts';
import type { PruneKind, PruneWork } from './prune-work.ts';

/** Plans that were undone, or never applied, and rest since before the border. */
const restingPlans: Chosen = (before) => sql`plan where changed_at < ${before} and state in ('undone', 'planned')`;

/**
 * Upgrades that were applied as a whole before the border and that no undo can use any more: what they changed is removed, and
 * the plugin has moved on. With `keepUpgrades` those too that so many later ones of the plugin were applied over.
 */
const spentUpgrades: Chosen = (before, { keepUpgrades }) => {
  const changesSomething = sql`exists (select 1 from plan_process
    inner join process on process.id = plan_process.process_id
    where plan_process.plan_id = plan.id and removed_at is null
    and plan_process.state in ('applied', 'conflict', 'pending', 'open'))`;
  const movesPlugin = sql`plan.former_version is not null and exists (select 1 from plugin
    where plugin.id = plan.plugin_id and plugin.active_version = plan.version)`;
  const later = sql`(select count(*) from plan as later where later.plugin_id = plan.plugin_id
    and later.state = 'applied' and (later.changed_at, later.id) > (plan.changed_at, plan.id))`;
  const beyond = keepUpgrades === undefined ? sql`1 = 0` : sql`${later} >= ${Math.max(1, keepUpgrades)}`;
  return sql`plan where changed_at < ${before} and state = 'applied'
    and ((not ${changesSomething} and not (${movesPlugin})) or ${beyond})`;
};

type Chosen = (before: string, work: PruneWork) => RawBuilder<unknown>;

/** How such plans are counted, and how they are removed. */
function pruning(kind: PruneKind, chosen: Chosen) {
  const idsOf = async ({ store }: Catalogue, before: string, work: PruneWork): Promise<number[]> => {
    const { rows } = await sql<{ id: number }>`select id from ${chosen(before, work)} order by id`.execute(store.db);
    return rows.map(({ id }) => Number(id));
  };
  return {
    count: async (catalogue: Catalogue, before: string, work: PruneWork = {}): Promise<number> =>
      (await idsOf(catalogue, before, work)).length,
    async remove(catalogue: Catalogue, before: string, work: PruneWork): Promise<number> {
      const { signal, onProgress } = work;
      const ids = await idsOf(catalogue, before, work);
      let removed = 0;
      for (const [index, id] of ids.entries()) {
        signal?.throwIfAborted();
        await catalogue.store.transaction(async (tx) => {
          // somebody may apply, redo or undo it at this moment: then it is none of these any more
          const lock = tx.shared ? sql` for update` : sql``;
          const { rows } = await sql`select id from ${chosen(before, work)} and id = ${id}${lock}`.execute(tx.db);
          if (rows.length === 0) return;
          await removePlan(tx, id);
          removed++;
        });
        onProgress?.(kind, index + 1, ids.length);
        await catalogue.clock.turn();
      }
      return removed;
    },
  };
}

export const oldPlans = pruning('plans', restingPlans);
export const oldUpgrades = pruning('upgrades', spentUpgrades);
