import type { Shape } from './contract.ts';

/** What a body begins with: what must be there, each with a value of its kind. */
export function emptyOf(shape: Shape): unknown {
  if (shape.default !== undefined) return shape.default;
  if (shape.const !== undefined) return shape.const;
  if (shape.enum) return shape.enum[0];
  if (shape.anyOf) return emptyOf(shape.anyOf[0] ?? {});
  if (shape.type === 'array') return [];
  if (shape.type === 'integer' || shape.type === 'number') return 0;
  if (shape.type === 'boolean') return false;
  if (shape.type === 'string') return '';
  if (shape.type === 'null') return null;
  const named = (shape.required ?? []).map((name) => [name, emptyOf(shape.properties?.[name] ?? {})]);
  return Object.fromEntries(named);
}
