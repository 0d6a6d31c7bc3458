import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from './ports.ts';

/** The clocks of this machine. */
export const systemClock: Clock = {
  now: () => new Date(),
  monotonic: () => performance.now(),
  wait: async (milliseconds, signal) => wait(milliseconds, undefined, signal ? { signal } : {}),
  after(milliseconds, action, { quiet = false } = {}) {
    const timer = setTimeout(action, milliseconds);
    if (quiet) timer.unref();
    return () => clearTimeout(timer);
  },
  every(milliseconds, action, { quiet = false } = {}) {
    const timer = setInterval(action, milliseconds);
    if (quiet) timer.unref();
    return () => clearInterval(timer);
  },
  turn: () => new Promise((done) => setImmediate(done)),
};
