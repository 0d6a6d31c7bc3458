import type { Route } from './compiled-upgrade.ts';
import type { Line } from './line.ts';
import type { UseChange } from './plan.ts';

/** What becomes of a use, in the versions that people know. */
export function fateOf(
  line: Line,
  { from, to, outcome, rule, hops }: Route,
): Pick<UseChange, 'from' | 'to' | 'outcome' | 'rule' | 'hops'> {
  if (!line.isSuccession) return { from, to, outcome, rule, hops };
  return {
    from: { ...line.at(from.version), stepType: from.stepType },
    to: to && { ...line.at(to.version), stepType: to.stepType },
    outcome,
    rule,
    hops: hops.map((hop) => line.at(hop).version),
  };
}
