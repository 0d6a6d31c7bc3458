import type { PropertyDefinition } from '../../plugin/index.ts';

/** A secret default is never repeated in a finding. */
export function shownDefault({ type, defaultValue }: PropertyDefinition): string {
  return type === 'secureBox' ? '…' : (defaultValue ?? '');
}
