import type { Engine } from './engine.ts';

/** Settles when the run changes next in this process, or after `milliseconds`. */
export function nextChange(engine: Engine, runId: string, milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const stop = (): void => {
      clearTimeout(timer);
      engine.signals.off('changed', onChange);
      signal?.removeEventListener('abort', stop);
      done();
    };
    const onChange = (changed: string): void => void (changed === runId && stop());
    const timer = setTimeout(stop, milliseconds);
    engine.signals.on('changed', onChange);
    signal?.addEventListener('abort', stop, { once: true });
    if (signal?.aborted) stop();
  });
}
