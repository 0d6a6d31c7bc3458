import type { TSchema } from 'typebox';
import { Value } from 'typebox/value';
import type { AnyInput, Resource } from '../../api/client.ts';
import { api } from '../../api/index.ts';
import { missingFile, requestFault } from '../../api/request-fault.ts';
import type { Route } from '../../api/route.ts';

/** The parts of a call as an act takes them, once they are what the contract declares; `request-not-valid` otherwise. */
export function checkInput(
  resource: Resource,
  name: string,
  { params, query, body, files = [], fields = {}, content }: AnyInput,
) {
  const route = (api[resource] as Readonly<Record<string, Route>>)[name]!;
  const named = files.map((file) => ({ ...file, field: file.field ?? route.files?.[0] ?? 'file' }));
  const fault = missingFile(route.files ?? [], named);
  if (fault) throw fault;
  return {
    params: checkPart('params', route.params, params, {}),
    query: checkPart('querystring', route.query, query, {}),
    body: route.takes ? content : checkPart('body', route.body, body, {}),
    files: named,
    fields: Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)),
  };
}

/** As it would arrive over a wire: what is undefined is not there, what has a default and was left out has it. */
function checkPart(where: string, schema: TSchema | undefined, given: unknown, absent: unknown): unknown {
  if (!schema) return undefined;
  const sent = JSON.parse(JSON.stringify(given ?? absent)) as unknown;
  const value = where === 'body' ? sent : Value.Default(schema, sent);
  if (Value.Check(schema, value)) return value;
  throw requestFault(where, Value.Errors(schema, value));
}
