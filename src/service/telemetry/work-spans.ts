import { channel, tracingChannel } from 'node:diagnostics_channel';
import { type Context, type Span, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Spans } from './spans.ts';
import { failureCode, type TracedWork, tracedWork, type WorkContext } from './traced-work.ts';

/** Turns what the folders say about their work into spans. Returns the way to stop listening. */
export function followWork(spans: Spans): () => void {
  const stops = [...tracedWork.map((work) => followOne(spans, work)), linkRuns(spans), fillCarriers(spans)];
  return () => {
    for (const stop of stops) stop();
  };
}

function followOne(spans: Spans, work: TracedWork): () => void {
  const open = new WeakMap<object, Span>();
  const begin = (given: unknown): Context | undefined => {
    const context = given as WorkContext;
    const parent = parentOf(spans, work, context);
    if (work.inside && !parent) return parent;
    const begun = spans.start({ name: work.name(context), attributes: work.attributes(context), parent });
    open.set(context, begun.span);
    return begun.context;
  };
  const end = (given: unknown): void => {
    const context = given as WorkContext;
    const span = open.get(context);
    if (!span) return;
    open.delete(context);
    if (work.outcome) span.setAttributes(work.outcome(context));
    const code = context.error === undefined ? work.failure?.(context) : failureCode(context.error);
    if (code) span.setAttribute('error.type', code).setStatus({ code: SpanStatusCode.ERROR });
    span.end();
  };
  const { start, asyncEnd } = tracingChannel(work.channel);
  start.bindStore(spans.storage, begin);
  asyncEnd.subscribe(end);
  return () => {
    start.unbindStore(spans.storage);
    asyncEnd.unsubscribe(end);
  };
}

function parentOf(spans: Spans, work: TracedWork, context: WorkContext): Context | undefined {
  if (work.run) return spans.runContext(work.run(context));
  const traceparent = work.traceparent?.(context);
  return traceparent === undefined ? spans.current : spans.extract({ traceparent });
}

/** Whoever requests a run points to the trace that the run is. */
function linkRuns(spans: Spans): () => void {
  return listen('lockstep:run.requested', (message) => {
    const { runId } = message as { runId: string };
    const span = spans.current && trace.getSpan(spans.current);
    const context = trace.getSpanContext(spans.runContext(runId));
    if (span && context) span.addLink({ context, attributes: { 'lockstep.run.id': runId } });
  });
}

function fillCarriers(spans: Spans): () => void {
  return listen('lockstep:trace.carry', (carrier) => {
    const { current } = spans;
    if (current) spans.inject(current, (name, value) => Object.assign(carrier as object, { [name]: value }));
  });
}

export function listen(name: string, listener: (message: unknown) => void): () => void {
  const on = (message: unknown): void => listener(message);
  channel(name).subscribe(on);
  return () => void channel(name).unsubscribe(on);
}
