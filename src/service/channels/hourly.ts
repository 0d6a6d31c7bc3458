import { type Clock, system } from '../../ports/index.ts';

/** Something that is looked at while a server runs. */
export interface Hourly {
  /** Settles when the look under way, the first one at least, has ended. */
  looked(): Promise<void>;
  stop(): Promise<void>;
}

const hour = 3_600_000;

/** Looks at once, then every hour. What fails is told to `failed`, and the next look comes all the same. */
export function hourly(
  look: (signal: AbortSignal) => Promise<void>,
  failed: (error: unknown) => void,
  clock: Clock = system.clock,
): Hourly {
  const stopping = new AbortController();
  const once = async (): Promise<void> => {
    try {
      if (!stopping.signal.aborted) await look(stopping.signal);
    } catch (error) {
      if (!stopping.signal.aborted) failed(error);
    }
  };
  let under = once();
  const end = clock.every(
    hour,
    () => {
      under = under.then(once);
    },
    { quiet: true },
  );
  return {
    looked: () => under,
    async stop() {
      end();
      stopping.abort();
      await under;
    },
  };
}
