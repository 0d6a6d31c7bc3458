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
  return (value) => {
    let check = checks.get(schema);
    if (!check) {
      check = TypeBoxValidatorCompiler({ schema, httpPart } as never);
      checks.set(schema, check);
    }
    return check(isBody ? value : Value.Default(schema, value));
  };
}
