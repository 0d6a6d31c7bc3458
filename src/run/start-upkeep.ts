import type { Engine } from './engine.ts';
import { upkeep } from './run-upkeep.ts';

/** Fires timers and finds lost agents while it runs; call the answer to stop. */
export function startUpkeep(engine: Engine): () => Promise<void> {
  let stopped = false;
  let wake = (): void => {};
  const loop = (async () => {
    while (!stopped) {
      await upkeep(engine).catch(() => {});
      if (stopped) return;
      await new Promise<void>((ready) => {
        const callOff = engine.options.clock.after(300, ready);
        wake = () => {
          callOff();
          ready();
        };
      });
    }
  })();
  return async () => {
    stopped = true;
    wake();
    await loop;
  };
}
