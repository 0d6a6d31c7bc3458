import { prunableKinds } from '../../api/prune.ts';
import { system } from '../../ports/index.ts';
import type { ServerConfig } from '../settings/config.ts';
import { type PruneSelection, type Pruning, pruneData } from './prune-data.ts';

const hour = 3_600_000;

/** Prunes every day as the configuration says, first an hour after the start. Call the answer to stop. */
export function pruneDaily(
  services: Pruning & { readonly config: ServerConfig },
  { clock, onTrouble }: { readonly clock?: typeof system.clock; readonly onTrouble: (message: string) => void },
): () => Promise<void> {
  const { after, now } = clock ?? system.clock;
  const { config } = services;
  const selections = scheduled(config);
  if (selections.length === 0) return async () => {};
  const stop = new AbortController();
  let under: Promise<unknown> = Promise.resolve();
  let callOff = after(hour, work);
  function work(): void {
    const options = {
      by: 'lockstep',
      selections,
      keep: config.runs.keepCount,
      ...(config.prune.keepUpgrades > 0 && { keepUpgrades: config.prune.keepUpgrades }),
      why: 'by schedule',
      signal: stop.signal,
    };
    under = pruneData(services, options, now())
      .catch((error: Error) => {
        if (!stop.signal.aborted) onTrouble(`Pruning failed: ${error.message}`);
      })
      .finally(() => {
        if (!stop.signal.aborted) callOff = after(24 * hour, work);
      });
  }
  return async () => {
    stop.abort();
    callOff();
    await under;
  };
}

function scheduled({ prune }: Pick<ServerConfig, 'prune'>): PruneSelection[] {
  return prunableKinds.flatMap((kind) => {
    const days = kind === 'runs' ? 0 : prune[kind];
    return days > 0 ? [{ kind, days }] : [];
  });
}
