import { channel, tracingChannel } from 'node:diagnostics_channel';
import { type Context, type Span, SpanStatusCode, trace } from '@opentelemetry/api';
import type { SpanKeeper } from './span-keeper.ts';
import { failureCode, type TracedWork, tracedWork, type WorkContext } from './traced-work.ts';

/** Turns what the folders say about their work into spans. Returns the way to stop listening. */
export function followWork(keeper: SpanKeeper): () => void {
  const stops = [...tracedWork.map((work) => followOne(keeper, work)), linkRuns(keeper), fillCarriers(keeper)];
  return () => {
    for (const stop of stops) stop();
  };
}

function followOne(keeper: SpanKeeper, work: TracedWork): () => void {
  const spans = new WeakMap<object, Span>();
  const begin = (given: unknown): Context | undefined => {
    const context = given as WorkContext;
    const parent = parentOf(keeper, work, context);
    if (work.inside && !parent) return parent;
    const begun = keeper.start({ name: work.name(context), attributes: work.attributes(context), parent });
    spans.set(context, begun.span);
    return begun.context;
  };
  const end = (given: unknown): void => {
    const context = given as WorkContext;
    const span = spans.get(context);
    if (!span) return;
    spans.delete(context);
    if (work.outcome) span.setAttributes(work.outcome(context));
    const code = context.error === undefined ? work.failure?.(context) : failureCode(context.error);
    if (code) span.setAttribute('error.type', code).setStatus({ code: SpanStatusCode.ERROR });
    span.end();
  };
  const { start, asyncEnd } = tracingChannel(work.channel);
  start.bindStore(keeper.storage, begin);
  asyncEnd.subscribe(end);
  return () => {
    start.unbindStore(keeper.storage);
    asyncEnd.unsubscribe(end);
  };
}

function parentOf(keeper: SpanKeeper, work: TracedWork, context: WorkContext): Context | undefined {
  if (work.run) return keeper.runContext(work.run(context));
  const traceparent = work.traceparent?.(context);
  return traceparent === undefined ? keeper.current : keeper.extract({ traceparent });
}

/** Whoever requests a run points to the trace that the run is. */
function linkRuns(keeper: SpanKeeper): () => void {
  return listen('lockstep:run.requested', (message) => {
    const { runId } = message as { runId: string };
    const span = keeper.current && trace.getSpan(keeper.current);
    const context = trace.getSpanContext(keeper.runContext(runId));
    if (span && context) span.addLink({ context, attributes: { 'lockstep.run.id': runId } });
  });
}

function fillCarriers(keeper: SpanKeeper): () => void {
  return listen('lockstep:trace.carry', (carrier) => {
    const { current } = keeper;
    if (current) keeper.inject(current, (name, value) => Object.assign(carrier as object, { [name]: value }));
  });
}

export function listen(name: string, listener: (message: unknown) => void): () => void {
  const on = (message: unknown): void => listener(message);
  channel(name).subscribe(on);
  return () => void channel(name).unsubscribe(on);
}
