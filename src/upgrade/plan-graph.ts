import type { Problem } from '../failure/index.ts';
import type { Activity } from '../process/index.ts';
import type { CompiledUpgrade, Route } from './compiled-upgrade.ts';
import type { UseBelow } from './find-uses.ts';
import { findLostOutputs } from './lost-outputs.ts';
import type { GraphChange, UnlistedPolicy, UseChange } from './plan.ts';
import { propertiesOf } from './properties-of.ts';
import { runProgram } from './property/run-program.ts';
import type { Answers, Question } from './question.ts';
import { askLostOutput, askUnlisted, askValue, questionId, restLabel } from './questions.ts';
import { type Removal, removeActivities } from './remove-activities.ts';
import type { ProcessInput } from './upgrade-input.ts';

/** A process while it is planned; `uses` has the same order as `found`. */
export interface PlanningProcess {
  readonly source: ProcessInput;
  readonly found: readonly UseBelow[];
  readonly uses: UseChange[];
  asked: Question[];
  readonly warnings: Problem[];
  readonly secrets: readonly string[];
  readonly answers: Answers;
}

export interface GraphPlan {
  readonly graph: readonly GraphChange[];
  readonly removed: ReadonlySet<Activity>;
}

/** Plans what uses that are deleted, or that may be, do to the process around them. */
export function planGraph(upgrade: CompiledUpgrade, process: PlanningProcess): GraphPlan {
  const deleted = usesWith(process, 'deleted');
  const undecided = usesWith(process, 'undecided');
  const removal = remove(process, deleted);
  if (deleted.length > 0) planDeleted(process, removal);
  // a use that a deletion takes along needs no decision any more
  const open = undecided.filter(({ activity }) => !removal.removed.has(activity));
  for (const use of open) askWhatBecomes(upgrade, process, use);
  if (open.length > 0) askOutputsIfDeleted(process, deleted, open, removal.removed);
  return { graph: removal.changes, removed: removal.removed };
}

function usesWith({ found, uses }: PlanningProcess, outcome: UseChange['outcome']): UseBelow[] {
  return found.filter((_, index) => uses[index]?.outcome === outcome);
}

function remove({ source }: PlanningProcess, uses: readonly UseBelow[]): Removal {
  return removeActivities(
    source.document.rootActivity,
    uses.map(({ path }) => path),
  );
}

// [STEP-5]
function planDeleted(process: PlanningProcess, { removed }: Removal): void {
  process.found.forEach((use, index) => {
    const change = process.uses[index] as UseChange;
    if (!removed.has(use.activity) || change.outcome === 'deleted') return;
    process.uses[index] = { ...change, to: null, outcome: 'deleted', rule: 'STEP-5', hops: [], properties: [] };
  });
  const gone = namesOf(removed);
  process.asked = process.asked.filter(({ activity }) => !gone.has(activity));
  for (const lost of findLostOutputs(process.source.document, gone, (activity) => !removed.has(activity))) {
    process.asked.push(askLostOutput(aboutIn(process, lost.activity), lost));
  }
}

// [STEP-4] what only matters for one of the answers is asked with it
function askWhatBecomes(upgrade: CompiledUpgrade, process: PlanningProcess, use: UseBelow): void {
  const { version, stepType, activity } = use;
  const carried = upgrade.route(version, stepType, 'carry');
  process.asked.push(askUnlisted(upgrade, aboutIn(process, activity.name), upgrade.route(version, stepType), carried));
  askValuesIf('carry', carried, use, process, upgrade);
  askValuesIf('pin', upgrade.route(version, stepType, 'pin'), use, process, upgrade);
}

function askValuesIf(
  policy: UnlistedPolicy,
  route: Route,
  use: UseBelow,
  process: PlanningProcess,
  upgrade: CompiledUpgrade,
): void {
  if (!route.program) return;
  const about = aboutIn(process, use.activity.name);
  const when = [{ question: questionId('unlisted-step', about), answers: [policy] }];
  for (const asked of runProgram(route.program, propertiesOf(use.activity), process.secrets, upgrade.form).asked) {
    process.asked.push(askValue(about, asked, restLabel(upgrade, route, use.stepType), when));
  }
}

/**
 * Outputs that would be lost if undecided uses were deleted. More deletions only ever remove more, so an activity that
 * stays when all but one are deleted can only go with that one; otherwise any of them may take it along.
 */
function askOutputsIfDeleted(
  process: PlanningProcess,
  deleted: readonly UseBelow[],
  undecided: readonly UseBelow[],
  removed: ReadonlySet<Activity>,
): void {
  const all = remove(process, [...deleted, ...undecided]).removed;
  const gone = namesOf([...all].filter((activity) => !removed.has(activity)));
  const lost = findLostOutputs(process.source.document, gone, (activity) => !removed.has(activity));
  if (lost.length === 0) return;
  const goneWithout = undecided.map((use) => {
    return namesOf(remove(process, [...deleted, ...undecided.filter((other) => other !== use)]).removed);
  });
  for (const output of lost) {
    const { activity } = output;
    if (activity === output.gone) continue;
    const needed = undecided.find((_, index) => !goneWithout[index]?.has(output.gone));
    const when = (needed ? [needed] : undecided).map((use) => ({
      question: questionId('unlisted-step', aboutIn(process, use.activity.name)),
      answers: ['delete'],
    }));
    process.asked.push(askLostOutput(aboutIn(process, activity), output, when));
  }
}

function aboutIn({ source }: PlanningProcess, activity: string) {
  return { processId: source.id, activity };
}

function namesOf(activities: Iterable<Activity>): Set<string> {
  return new Set(Array.from(activities, ({ name }) => name));
}
