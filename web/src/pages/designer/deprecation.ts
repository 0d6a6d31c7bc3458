import type { PropertyDefinition } from '../../api/types.ts';
import type { Say } from '../../text/index.tsx';

type Deprecation = NonNullable<PropertyDefinition['deprecated']>;

/** Since when it is to be used no more, why, and what replaces it; nothing where it is not so. */
export function deprecationText(deprecated: Deprecation | undefined, say: Say): string {
  if (!deprecated) return '';
  const { since, text, use } = deprecated;
  if (use === null) return say('designer.deprecatedAlone', { since, text });
  return say('designer.deprecated', { since, text, use });
}
