import type { Static } from 'typebox';
import { LockstepError } from '../../failure/index.ts';
import type { TracesSchema } from './traces-schema.ts';
import { samplers } from './traces-schema.ts';

type SamplerName = (typeof samplers)[number];

/** Where traces are sent, and which. */
export interface TraceSettings {
  /** The whole address, `/v1/traces` included. */
  readonly url: string;
  readonly serviceName: string;
  readonly sampler: SamplerName;
  readonly ratio: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Null while nobody says where traces go. The environment has the names that OpenTelemetry gave them and wins over the
 * file. Throws `config-not-valid` for what Lockstep cannot do, such as gRPC.
 */
export function readTraceSettings(
  written: Static<typeof TracesSchema>,
  env: Environment,
  service: string,
): TraceSettings | null {
  const said = (name: string): string | undefined => env[name]?.trim() || undefined;
  if (said('OTEL_SDK_DISABLED')?.toLowerCase() === 'true' || said('OTEL_TRACES_EXPORTER') === 'none') return null;
  const base = said('OTEL_EXPORTER_OTLP_ENDPOINT') ?? written.endpoint;
  const url = said('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT') ?? (base && `${base.replace(/\/+$/, '')}/v1/traces`);
  if (url === undefined) return null;
  if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    throw notValid(`Traces cannot be sent to "${url}".`, 'Give http://host:4318 or https://….');
  const protocol = said('OTEL_EXPORTER_OTLP_TRACES_PROTOCOL') ?? said('OTEL_EXPORTER_OTLP_PROTOCOL');
  if (protocol === 'grpc')
    throw notValid('Traces are sent over HTTP, not gRPC.', 'Give the receiver’s HTTP port, commonly 4318.');
  return {
    url,
    serviceName: said('OTEL_SERVICE_NAME') ?? written.serviceName ?? service,
    sampler: samplerNamed(said('OTEL_TRACES_SAMPLER')) ?? written.sampler ?? 'parentbased_always_on',
    ratio: ratioOf(said('OTEL_TRACES_SAMPLER_ARG')) ?? written.ratio ?? 1,
  };
}

function samplerNamed(text: string | undefined): SamplerName | undefined {
  const name = samplers.find((known) => known === text);
  if (name || text === undefined) return name;
  throw notValid(`OTEL_TRACES_SAMPLER is "${text}".`, `Say one of ${samplers.join(', ')}.`);
}

function ratioOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const ratio = Number(text);
  if (ratio >= 0 && ratio <= 1) return ratio;
  throw notValid(`OTEL_TRACES_SAMPLER_ARG is "${text}".`, 'Give a share from 0 to 1.');
}

function notValid(message: string, hint: string): LockstepError {
  return new LockstepError('config-not-valid', message, { hint });
}
