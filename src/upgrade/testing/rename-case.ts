/**
 * One change between two versions of a plugin, and what its author meant. A line of `old` and `now` is a step type:
 * `Name | script | property, property:type=default 'Label'`; `|` alone parts step types that did not change. `meant`
 * says `Old → New` of a step type, `Step.old → new` of a property under the step's old name, and `→ -` of what was
 * removed.
 */
export interface RenameCase {
  readonly kind: string;
  readonly old: readonly string[];
  readonly now: readonly string[];
  readonly meant: readonly string[];
}

type Change = readonly [old: string, now: string, ...meant: string[]];

/** A step type beside the one that changes, so that a list has more than one. */
const beside = "List releases | list.groovy | server 'Server', limit=20 'Most'";

export function cases(kind: string, changes: readonly Change[]): RenameCase[] {
  return changes.map(([old, now, ...meant]) => ({
    kind,
    old: [...old.split(' || '), beside],
    now: [...now.split(' || '), beside],
    meant,
  }));
}
