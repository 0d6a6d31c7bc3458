import type { Shape } from './contract.ts';

/** A schema in the manner of a type, for reading. */
export function shapeText(shape: Shape): string {
  return withNote(shape, '');
}

function withNote(shape: Shape, indent: string): string {
  const notes = [shape, ...(shape.anyOf ?? [])].flatMap(({ description }) => description ?? []);
  return typeOf(shape, indent) + (notes.length > 0 ? `   // ${notes.join('; ')}` : '');
}

function typeOf(shape: Shape, indent: string): string {
  if (shape.enum) return shape.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (shape.const !== undefined) return JSON.stringify(shape.const);
  if (shape.anyOf) return shape.anyOf.map((one) => typeOf(one, indent)).join(' | ');
  if (shape.type === 'array') return `${typeOf(shape.items ?? {}, indent)}[]`;
  if (shape.properties) {
    const inner = `${indent}  `;
    const lines = Object.entries(shape.properties).map(
      ([name, one]) => `${inner}${name}${shape.required?.includes(name) ? '' : '?'}: ${withNote(one, inner)}`,
    );
    return `{\n${lines.join('\n')}\n${indent}}`;
  }
  const values = Object.values(shape.patternProperties ?? {})[0];
  if (values) return `{ [name]: ${typeOf(values, indent)} }`;
  return shape.format === 'binary' ? 'bytes' : (shape.type ?? 'any');
}
