import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import { Agent } from 'node:http';
import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  defaultResource,
  detectResources,
  envDetector,
  hostDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  RandomIdGenerator,
  type Sampler,
  SamplingDecision,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { proxyAgents, system } from '../../ports/index.ts';
import { productVersion } from '../../product/index.ts';
import type { TraceSettings } from './trace-settings.ts';

const propagator = new W3CTraceContextPropagator();

export interface SpanWords {
  readonly name: string;
  readonly kind?: SpanKind;
  readonly attributes: Attributes;
  readonly parent: Context | undefined;
}

/** Sends through the proxy of the environment, which the exporter does not know by itself. */
function exporterTo(url: string): OTLPTraceExporter {
  const httpAgentOptions = async (protocol: string): Promise<Agent> => {
    const agents = await proxyAgents(new URL(url));
    if (protocol === 'http:') return agents?.httpAgent ?? new Agent({ keepAlive: true });
    return agents?.httpsAgent ?? new (await import('node:https')).Agent({ keepAlive: true });
  };
  return new OTLPTraceExporter({ url, httpAgentOptions });
}

/**
 * Makes spans, knows which one is at hand, and sends what has ended in batches. Nothing of it is global: no other
 * library of this process gets to speak through it.
 */
export class Spans {
  readonly #current = new AsyncLocalStorage<Context | undefined>();
  readonly #ids = new FixedIds();
  readonly #sampler: Sampler;
  readonly #provider: TracerProvider;
  readonly #tracer: Tracer;

  /** `onTrouble` hears when spans could not be sent; they are lost then. */
  constructor(settings: TraceSettings, onTrouble: (error: Error) => void) {
    this.#sampler = samplerOf(settings);
    this.#provider = new TracerProvider({
      sampler: this.#sampler,
      idGenerator: this.#ids,
      resource: defaultResource()
        .merge(detectResources({ detectors: [hostDetector, envDetector] }))
        .merge(resourceFromAttributes({ 'service.name': settings.serviceName, 'service.version': productVersion })),
      spanProcessors: [new BatchSpanProcessor({ exporter: told(exporterTo(settings.url), onTrouble) })],
    });
    this.#tracer = this.#provider.getTracer('lockstep', productVersion);
  }

  /** Where spans that begin now belong to. */
  get current(): Context | undefined {
    return this.#current.getStore();
  }

  /** For `bindStore` of diagnostics channels. */
  get storage(): AsyncLocalStorage<Context | undefined> {
    return this.#current;
  }

  run<T>(context: Context | undefined, work: () => T): T {
    return this.#current.run(context, work);
  }

  start({ name, kind = SpanKind.INTERNAL, attributes, parent }: SpanWords): { span: Span; context: Context } {
    const above = parent ?? ROOT_CONTEXT;
    const span = this.#tracer.startSpan(name, { kind, attributes }, above);
    return { span, context: trace.setSpan(above, span) };
  }

  /** What somebody else calls the trace; the root where it says nothing that can be read. */
  extract(headers: Readonly<Record<string, unknown>>): Context {
    return propagator.extract(ROOT_CONTEXT, headers, {
      get: (carrier, key) => {
        const value = carrier[key];
        return typeof value === 'string' ? value : undefined;
      },
      keys: (carrier) => Object.keys(carrier),
    });
  }

  inject(context: Context, set: (name: string, value: string) => void): void {
    propagator.inject(context, null, { set: (_carrier, name, value) => set(name, value) });
  }

  /**
   * A run is a trace of its own, whose ids come from the run's: servers and agents that never met agree on them, and on
   * whether it is sampled, and nothing has to be stored.
   */
  runContext(runId: string): Context {
    const { traceId, spanId } = runIds(runId);
    const { decision } = this.#sampler.shouldSample(ROOT_CONTEXT, traceId, 'run', SpanKind.INTERNAL, {}, []);
    const traceFlags = decision === SamplingDecision.RECORD_AND_SAMPLED ? TraceFlags.SAMPLED : TraceFlags.NONE;
    return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
  }

  /** The whole run as one span, once it has ended. */
  recordRun(runId: string, attributes: Attributes, from: Date, to: Date, failed: boolean): void {
    this.#ids.next = runIds(runId);
    const span = this.#tracer.startSpan('run', { attributes, startTime: from, root: true }, ROOT_CONTEXT);
    this.#ids.next = null;
    if (failed) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end(to);
  }

  /** Sends what is left, and waits for it no longer than a stopping server may. */
  async close(milliseconds = 5_000): Promise<void> {
    const patience = Promise.withResolvers<void>();
    const callOff = system.clock.after(milliseconds, patience.resolve);
    await Promise.race([this.#provider.shutdown().catch(() => {}), patience.promise]);
    callOff();
  }
}

function runIds(runId: string): { traceId: string; spanId: string } {
  const digest = createHash('sha256').update(`lockstep run ${runId}`).digest('hex');
  return { traceId: digest.slice(0, 32), spanId: digest.slice(32, 48) };
}

/** Random, but for the one span whose ids are given. */
class FixedIds {
  readonly #random = new RandomIdGenerator();
  next: { readonly traceId: string; readonly spanId: string } | null = null;

  generateTraceId(): string {
    return this.next?.traceId ?? this.#random.generateTraceId();
  }

  generateSpanId(): string {
    return this.next?.spanId ?? this.#random.generateSpanId();
  }
}

function samplerOf({ sampler, ratio }: TraceSettings): Sampler {
  const root = sampler.endsWith('always_on')
    ? new AlwaysOnSampler()
    : sampler.endsWith('always_off')
      ? new AlwaysOffSampler()
      : new TraceIdRatioBasedSampler(ratio);
  return sampler.startsWith('parentbased_') ? new ParentBasedSampler({ root }) : root;
}

function told(exporter: SpanExporter, onTrouble: (error: Error) => void): SpanExporter {
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        if (result.error) onTrouble(result.error);
        done(result);
      }),
    shutdown: () => exporter.shutdown(),
    ...(exporter.forceFlush && { forceFlush: () => exporter.forceFlush!() }),
  };
}
