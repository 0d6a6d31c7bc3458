import { type PrunableKind, prunableKinds, type pruneRoutes } from '../../api/prune.ts';
import { system } from '../../ports/index.ts';
import type { Acts } from '../act.ts';
import type { Services } from '../services.ts';
import { borderOf, countOf, type PruneSelection, pruneData } from './prune-data.ts';

export function pruneActs(services: Services): Acts<typeof pruneRoutes> {
  const { operations, config } = services;
  const keepOf = (keep: number | undefined): number => keep ?? config.runs.keepCount;
  return {
    previewPrune: async ({ query: { days, keep, keepUpgrades, kinds }, actor }) => {
      const now = system.clock.now();
      const counts = [];
      const upgrades = keepUpgrades === undefined ? {} : { keepUpgrades: Number(keepUpgrades) };
      for (const selection of selectionsOf(Number(days), kinds?.split(',') as PrunableKind[] | undefined)) {
        const count = await countOf(services, selection, { by: actor.name, keep: keepOf(keep), ...upgrades, now });
        counts.push({ kind: selection.kind, count });
      }
      return { before: borderOf(Number(days), now), counts };
    },
    prune: async ({ body: { days, keep, keepUpgrades, kinds, why }, actor }) =>
      operations.start({ kind: 'prune', subject: null, label: 'Prune', by: actor.name }, ({ signal, part }) =>
        pruneData(
          services,
          {
            by: actor.name,
            selections: selectionsOf(days, kinds),
            keep: keepOf(keep),
            ...(keepUpgrades !== undefined && { keepUpgrades }),
            why,
            signal,
            onProgress: (kind, done, total) => part(kind, done === total ? 'success' : 'progress', done, total),
          },
          system.clock.now(),
        ),
      ),
  };
}

/** In the order in which they go, whatever the order in which they were named. */
function selectionsOf(days: number, kinds: readonly PrunableKind[] = prunableKinds): PruneSelection[] {
  return prunableKinds.filter((kind) => kinds.includes(kind)).map((kind) => ({ kind, days }));
}
