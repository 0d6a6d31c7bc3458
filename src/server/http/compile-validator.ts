import { TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox';
import type { TSchema } from 'typebox';
import { Value } from 'typebox/value';

type Check = (value: unknown) => unknown;

/** By the schema, which belongs to the declaration of a route and not to one server. */
const checksOf = { body: new WeakMap<TSchema, Check>(), others: new WeakMap<TSchema, Check>() };

/** What checks a part of a request by its schema, with defaults filled in. It is compiled when first asked: most of a server never is. */
export function compileValidator({ schema, httpPart }: { schema: TSchema; httpPart?: string }): Check {
  const isBody = httpPart === 'body';
  const checks = isBody ? checksOf.body : checksOf.others;
  const hasDefaults = !isBody && JSON.stringify(schema).includes('"default":');
  const mayBeEmpty = !isBody && !hasDefaults && 'properties' in schema && !('required' in schema);
  return (value) => {
    // most requests ask nothing besides their path
    if (mayBeEmpty && isEmpty(value)) return { value };
    let check = checks.get(schema);
    if (!check) {
      check = TypeBoxValidatorCompiler({ schema, httpPart } as never);
      checks.set(schema, check);
    }
    return check(hasDefaults ? Value.Default(schema, value) : value);
  };
}

function isEmpty(value: unknown): boolean {
  for (const _name in value as object) return false;
  return true;
}
