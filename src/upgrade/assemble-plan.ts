import { digest } from './change-group.ts';
import type { CompiledUpgrade } from './compiled-upgrade.ts';
import { titleOf } from './describe-change.ts';
import type { Plan, PlanGroup, PlannedProcess, PlanTotals, ProcessPlan } from './plan.ts';
import { kindOf } from './property/changes.ts';

export interface PlanHeader {
  readonly upgrade: CompiledUpgrade;
  /** Left out: derived from what the plan says, so the same upgrade of the same processes has the same id. */
  readonly id?: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly createdBy: string;
}

/** Puts process plans, in any order, together into one plan: totals, groups of identical change, and every question. */
export function assemblePlan(header: PlanHeader, planned: readonly PlannedProcess[]): Plan {
  const { upgrade, createdAt, createdBy } = header;
  const sorted = [...planned].sort(byName);
  const processes = sorted.map(({ asked: _asked, open: _open, ...processPlan }): ProcessPlan => processPlan);
  return {
    format: 'lockstep-plan/1',
    id: header.id ?? deriveId(upgrade, processes),
    plugin: upgrade.plugin,
    ...(upgrade.line.isSuccession && { succeeds: upgrade.usedPlugin }),
    from: versionsOf(processes),
    to: upgrade.to,
    options: upgrade.options,
    createdAt,
    createdBy,
    totals: countTotals(sorted),
    groups: groupProcesses(sorted),
    processes,
    questions: sorted.flatMap(({ asked }) => asked),
    problems: upgrade.problems,
  };
}

function byName(a: PlannedProcess, b: PlannedProcess): number {
  return compare(a.process.name, b.process.name) || compare(a.process.id, b.process.id);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function deriveId({ plugin, to, options }: CompiledUpgrade, processes: readonly ProcessPlan[]): string {
  const looked = processes.map(({ process, baseVersion, group }) => [process.id, baseVersion, group]);
  return digest(JSON.stringify([plugin.id, to, options, looked]));
}

function versionsOf(processes: readonly ProcessPlan[]): number[] {
  const versions = new Set(processes.flatMap(({ uses }) => uses.map(({ from }) => from.version)));
  return [...versions].sort((a, b) => a - b);
}

function countTotals(processes: readonly PlannedProcess[]): PlanTotals {
  const totals = {
    ...{ processes: processes.length, uses: 0, carried: 0, renamed: 0, deleted: 0, pinned: 0, undecided: 0 },
    ...{ valuesChanged: 0, chosenDropped: 0, questions: 0, open: 0, offers: 0, warnings: 0 },
  };
  for (const { uses, asked, open, warnings } of processes) {
    totals.uses += uses.length;
    for (const { optional } of asked) totals[optional ? 'offers' : 'questions']++;
    totals.open += open;
    totals.warnings += warnings.length;
    for (const { outcome, properties } of uses) {
      totals[outcome]++;
      for (const change of properties) {
        if (kindOf(change).counts) totals.valuesChanged++;
        if (change.chosen) totals.chosenDropped++;
      }
    }
  }
  return totals;
}

/** The largest group first. */
function groupProcesses(processes: readonly PlannedProcess[]): PlanGroup[] {
  const groups = new Map<string, { title: string; processes: string[] }>();
  for (const planned of processes) {
    const group = groups.get(planned.group);
    if (group) group.processes.push(planned.process.id);
    else groups.set(planned.group, { title: titleOf(planned), processes: [planned.process.id] });
  }
  return Array.from(groups, ([id, group]) => ({ id, ...group })).sort(
    (a, b) => b.processes.length - a.processes.length || compare(a.title, b.title) || compare(a.id, b.id),
  );
}
