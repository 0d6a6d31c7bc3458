import { channel } from 'node:diagnostics_channel';

/** Whoever sends work elsewhere asks here; where traces are on, `traceparent` is put in. */
const carrying = channel('lockstep:trace.carry');

/** The trace at hand in the words of W3C Trace Context, to be sent with work; nothing while there is none. */
export function traceHeaders(): { readonly traceparent?: string } {
  const carrier = {};
  if (carrying.hasSubscribers) carrying.publish(carrier);
  return carrier;
}
