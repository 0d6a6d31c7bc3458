import type { Vault } from '../store/index.ts';
import { type Part, partsOf, sealedValue, type Value } from './value.ts';

export function seal(vault: Vault, text: string): Value {
  return sealedValue(vault.seal(text));
}

/** Opens the sealed parts of a value and tells what they held, so that it can be masked. */
export function openParts(vault: Vault, value: Value | readonly Part[]): { parts: Part[]; secrets: string[] } {
  const secrets: string[] = [];
  const given: readonly Part[] = Array.isArray(value) ? (value as readonly Part[]) : partsOf(value as Value);
  const parts = given.map((part): Part => {
    if (part.kind !== 'sealed') return part;
    const text = vault.open(part.sealed);
    secrets.push(text);
    return { kind: 'text', text };
  });
  return { parts, secrets };
}
