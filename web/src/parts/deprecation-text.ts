import type { PropertyDefinition } from '../api/types.ts';
import type { Say } from '../text/index.tsx';

type Deprecation = Pick<NonNullable<PropertyDefinition['deprecated']>, 'since' | 'text' | 'use'>;

/** Since when it is to be used no more, why, and what replaces it; nothing where it is not so. */
export function deprecationText(deprecated: Deprecation | undefined, say: Say): string {
  if (!deprecated) return '';
  const { since, use } = deprecated;
  const text = /[.!?]$/.test(deprecated.text) ? deprecated.text : `${deprecated.text}.`;
  if (use === null) return say('designer.deprecatedAlone', { since, text });
  return say('designer.deprecated', { since, text, use });
}
