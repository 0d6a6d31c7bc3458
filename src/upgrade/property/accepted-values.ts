import type { PropertyDefinition } from '../../plugin/index.ts';

const checked: ReadonlySet<string> = new Set(['true', 'false']);

/** The values that a property takes beside none and expressions [PROP-7]; null where it takes every one. */
export function acceptedValues({ type, choices }: PropertyDefinition): ReadonlySet<string> | null {
  if (type === 'checkBox') return checked;
  if (type !== 'selectBox' || choices.length === 0) return null;
  return new Set(choices.map(({ value }) => value));
}
