import type { Problem } from '../../failure/index.ts';
import { assemblePlan, type CompiledUpgrade, type PlannedProcess, type PlanTotals } from '../../upgrade/index.ts';
import type { PlanGroupSummary, StoredHeader } from './plan-summary.ts';

/** The header of a plan, or of a part of it. */
export function headerOf(upgrade: CompiledUpgrade, planned: readonly PlannedProcess[]): StoredHeader {
  const assembled = assemblePlan({ upgrade, id: '', createdAt: '', createdBy: '' }, planned);
  const { plugin, succeeds, from, to, options, totals, problems, groups } = assembled;
  const counted = groups.map(({ id, title, processes }) => ({ id, title, count: processes.length }));
  const whose = { plugin, ...(succeeds && { succeeds }) };
  return { ...whose, from, to, options, totals, problems: problems as readonly Problem[], groups: counted };
}

/** The header of two parts of one plan together: totals add up, groups of the same change are one. */
export function mergeHeaders(a: StoredHeader, b: StoredHeader): StoredHeader {
  return { ...joined(a, b, 1), from: [...new Set([...a.from, ...b.from])].sort((x, y) => x - y) };
}

/** The header with a part of the plan as it is now instead of as it was [ASK-3]. */
export function replaceInHeader(header: StoredHeader, before: StoredHeader, now: StoredHeader): StoredHeader {
  return joined(joined(header, before, -1), now, 1);
}

function joined(a: StoredHeader, b: StoredHeader, sign: 1 | -1): StoredHeader {
  const names = new Set([...Object.keys(a.totals), ...Object.keys(b.totals)]) as Set<keyof PlanTotals>;
  const totals = Object.fromEntries(
    Array.from(names, (name) => [name, (a.totals[name] ?? 0) + sign * (b.totals[name] ?? 0)]),
  ) as unknown as PlanTotals;
  const groups = new Map<string, PlanGroupSummary>(a.groups.map((group) => [group.id, group]));
  for (const group of b.groups) {
    groups.set(group.id, { ...group, count: (groups.get(group.id)?.count ?? 0) + sign * group.count });
  }
  return {
    ...a,
    totals,
    groups: [...groups.values()]
      .filter(({ count }) => count > 0)
      .sort((x, y) => y.count - x.count || (x.id < y.id ? -1 : 1)),
  };
}
