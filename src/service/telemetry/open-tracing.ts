/**
 * Traces for OpenTelemetry. The folders below say what they do on channels of `node:diagnostics_channel`, which cost
 * nothing while nobody listens, and know nothing of this folder; it is loaded only where somebody says where traces go.
 */

import { system } from '../../ports/index.ts';
import type { Runs } from '../../run/index.ts';
import { followOutgoing } from './outgoing-spans.ts';
import { followRuns } from './run-spans.ts';
import { Spans } from './spans.ts';
import type { TraceSettings } from './trace-settings.ts';
import { followWork } from './work-spans.ts';

export interface Tracing {
  readonly spans: Spans;
  followRuns(runs: Runs): void;
  /** Sends what is left and stops listening. */
  close(): Promise<void>;
}

/** Listens from now on. `onTrouble` hears, at most once a minute, that spans could not be sent. */
export function openTracing(settings: TraceSettings, onTrouble: (error: Error) => void): Tracing {
  const spans = new Spans(settings, seldom(onTrouble));
  const stops = [followWork(spans), followOutgoing(spans)];
  return {
    spans,
    followRuns: (runs) => void stops.push(followRuns(spans, runs)),
    async close() {
      for (const stop of stops) stop();
      await spans.close();
    },
  };
}

function seldom(tell: (error: Error) => void): (error: Error) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (error) => {
    const now = system.clock.monotonic();
    if (now - last < 60_000) return;
    last = now;
    tell(error);
  };
}
