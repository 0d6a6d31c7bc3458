import { describe, expect, it } from 'vitest';
import { readTraceSettings } from './trace-settings.ts';

const base = 'http://collector:4318';
const read = (env: Record<string, string>, written = {}) => readTraceSettings(written, env, 'lockstep');

describe('where traces go', () => {
  it('is nowhere until somebody says so, and nowhere again where the environment switches them off', () => {
    expect(read({})).toBe(null);
    expect(read({ OTEL_SERVICE_NAME: 'x', OTEL_TRACES_SAMPLER: 'always_on' })).toBe(null);
    expect(read({ OTEL_EXPORTER_OTLP_ENDPOINT: base, OTEL_SDK_DISABLED: 'true' })).toBe(null);
    expect(read({ OTEL_TRACES_EXPORTER: 'none' }, { endpoint: base })).toBe(null);
  });

  it('is said by the standard names of the environment, which win over the file', () => {
    const file = { endpoint: 'https://other:4318/', serviceName: 'filed', sampler: 'always_off' as const };
    expect(read({}, file)).toEqual({
      url: 'https://other:4318/v1/traces',
      serviceName: 'filed',
      sampler: 'always_off',
      ratio: 1,
    });
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: base,
      OTEL_SERVICE_NAME: 'berlin',
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0.25',
    };
    expect(read(env, file)).toEqual({
      url: `${base}/v1/traces`,
      serviceName: 'berlin',
      sampler: 'parentbased_traceidratio',
      ratio: 0.25,
    });
    expect(read({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${base}/mine` })?.url).toBe(`${base}/mine`);
  });

  it.each([
    ['an address of another kind', { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317' }],
    ['gRPC', { OTEL_EXPORTER_OTLP_ENDPOINT: base, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }],
    ['a sampler of others', { OTEL_EXPORTER_OTLP_ENDPOINT: base, OTEL_TRACES_SAMPLER: 'xray' }],
    ['a share above one', { OTEL_EXPORTER_OTLP_ENDPOINT: base, OTEL_TRACES_SAMPLER_ARG: '25' }],
  ])('refuses %s', (_what, env) => {
    expect(() => read(env)).toThrow(expect.objectContaining({ code: 'config-not-valid' }));
  });
});
