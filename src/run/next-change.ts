import type { Engine } from './engine.ts';

/** Settles when the run changes next in this process, or after `milliseconds`. */
export function nextChange(engine: Engine, runId: string, milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const stop = (): void => {
      callOff();
      engine.signals.off('changed', onChange);
      signal?.removeEventListener('abort', stop);
      done();
    };
    const onChange = (changed: string): void => void (changed === runId && stop());
    const callOff = engine.options.clock.after(milliseconds, stop);
    engine.signals.on('changed', onChange);
    signal?.addEventListener('abort', stop, { once: true });
    if (signal?.aborted) stop();
  });
}
