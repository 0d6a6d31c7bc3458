import { Type } from 'typebox';
import { OneOf } from '../../api/route.ts';

export const samplers = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

/** The part of a configuration file that says where traces go. */
export const TracesSchema = Type.Object(
  {
    endpoint: Type.Optional(
      Type.String({ pattern: '^https?://', description: 'Of an OTLP/HTTP receiver, without /v1/traces' }),
    ),
    serviceName: Type.Optional(Type.String({ minLength: 1, description: 'How this server is called in traces' })),
    sampler: Type.Optional(OneOf(samplers)),
    ratio: Type.Optional(Type.Number({ minimum: 0, maximum: 1, description: 'Of the samplers by ratio' })),
  },
  { additionalProperties: false },
);
