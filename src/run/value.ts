/**
 * A value in a run: plain text, or parts of which some are not known or not readable here. Secure values stay sealed in
 * the run's state, its history and the database; they are opened only on their way to the step that needs them.
 */
export type Value = string | { readonly parts: readonly Part[] };

export type Values = Readonly<Record<string, Value>>;

/** A piece of a resolved text. `agent` and `env` are known only on the machine that executes the step. */
export type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'sealed'; readonly sealed: string }
  | { readonly kind: 'agent' | 'env'; readonly name: string; readonly optional: boolean; readonly source: string };

export function sealedValue(sealed: string): Value {
  return { parts: [{ kind: 'sealed', sealed }] };
}

export function partsOf(value: Value): readonly Part[] {
  return typeof value === 'string' ? [{ kind: 'text', text: value }] : value.parts;
}

/** Text where every part is text, parts otherwise. */
export function valueFrom(parts: readonly Part[]): Value {
  const text = parts.map((part) => (part.kind === 'text' ? part.text : null));
  return text.every((piece) => piece !== null) ? text.join('') : { parts };
}

/** What a person may see: sealed parts as dots, machine parts as written. */
export function displayValue(value: Value): string {
  return partsOf(value)
    .map((part) => (part.kind === 'text' ? part.text : part.kind === 'sealed' ? '••••' : part.source))
    .join('');
}
