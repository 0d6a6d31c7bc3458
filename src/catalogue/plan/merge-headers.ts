import type { PlanTotals } from '../../upgrade/index.ts';
import type { PlanGroupSummary, StoredHeader } from './plan-summary.ts';

/** The header of two parts of one plan together: totals add up, groups of the same change are one. */
export function mergeHeaders(a: StoredHeader, b: StoredHeader): StoredHeader {
  const totals = Object.fromEntries(
    Object.entries(a.totals).map(([name, value]) => [name, value + b.totals[name as keyof PlanTotals]]),
  ) as unknown as PlanTotals;
  const groups = new Map<string, PlanGroupSummary>(a.groups.map((group) => [group.id, group]));
  for (const group of b.groups) {
    groups.set(group.id, { ...group, count: group.count + (groups.get(group.id)?.count ?? 0) });
  }
  const from = [...new Set([...a.from, ...b.from])].sort((x, y) => x - y);
  return {
    ...a,
    from,
    totals,
    groups: [...groups.values()].sort((x, y) => y.count - x.count || (x.id < y.id ? -1 : 1)),
  };
}
