import type { Problem } from '../../failure/index.ts';
import type { PropertyDefinition } from '../../plugin/index.ts';
import { pairProperties } from '../likeness/index.ts';
import { changedProperties } from './changed-properties.ts';
import { goneProperties } from './gone-properties.ts';
import { newProperties } from './new-properties.ts';
import type { PropertyInput } from './property-input.ts';
import { statementFindings } from './statement-findings.ts';

/** What happens to the values of one step type's uses between its old and its new definition. */
export function propertyFindings(input: PropertyInput): Problem[] {
  const { trace, now } = input;
  const pairing = pairProperties(arriving(input), now.properties);
  const certain = pairing.pairs.filter(({ form }) => form !== null);
  return [
    ...statementFindings(trace, now, pairing),
    ...goneProperties(input, pairing),
    ...newProperties(input, new Set(pairing.pairs.map((pair) => pair.now.name))),
    // of one that only looks renamed, that is to be decided first
    ...changedProperties(input, new Map(certain.map((pair) => [pair.old.name, pair.now]))),
  ];
}

/**
 * The old properties under the names that the blocks gave them, without those that a block removes on purpose or moves
 * to a name that is no more: that line says so itself.
 */
function arriving({ trace, now }: PropertyInput): PropertyDefinition[] {
  const names = new Set(now.properties.map(({ name }) => name));
  const last = trace.commands.at(-1)?.command.properties ?? [];
  return trace.old.properties
    .filter(({ name: old }) => {
      const move = trace.movedBy.get(old);
      return !trace.removed.has(old) && (!move || names.has(move.name) || !last.includes(move));
    })
    .map((property) => ({ ...property, name: trace.properties.get(property.name)! }));
}
