import type { Problem } from '../failure/index.ts';
import type { Activity } from '../process/index.ts';
import { groupOf } from './change-group.ts';
import { noteChangedReferences } from './changed-references.ts';
import type { CompiledUpgrade } from './compile-upgrade.ts';
import { findUsesBelow, propertiesOf, type UseBelow } from './find-uses.ts';
import type { GraphChange, PlannedProcess, PropertyChange, UseChange } from './plan.ts';
import { type PlanningProcess, planGraph } from './plan-graph.ts';
import type { Question } from './question.ts';
import { askValue } from './questions.ts';
import type { Route } from './route.ts';
import { runProgram } from './run-program.ts';
import { secretsOf } from './secrets.ts';
import type { PlanSubject } from './upgrade-input.ts';

const noChanges: readonly PropertyChange[] = Object.freeze([]);
const noProblems: readonly Problem[] = Object.freeze([]);
const noQuestions: readonly Question[] = Object.freeze([]);
const noGraphChanges: readonly GraphChange[] = Object.freeze([]);
const nobody: ReadonlySet<Activity> = new Set();

/**
 * The answer to "what would this upgrade do to this process?", or null where it holds no use below the target. The hot
 * loop of planning: most processes only have uses that are carried, and cost one look at each of their properties.
 */
export function planProcess(upgrade: CompiledUpgrade, subject: PlanSubject): PlannedProcess | null {
  const found = findUsesBelow(upgrade, subject.document);
  if (found.length === 0) return null;
  const process: PlanningProcess = {
    subject,
    found,
    uses: [],
    asked: [],
    warnings: [],
    secrets: secretsOf(subject.document),
  };
  let graph = noGraphChanges;
  let removed = nobody;
  if (planUses(upgrade, process)) ({ graph, removed } = planGraph(upgrade, process));
  const { uses, asked } = process;
  const references = noteChangedReferences(subject, uses, (activity) => !removed.has(activity));
  for (const problem of references) addOnce(process.warnings, problem);
  return finish(subject, uses, graph, asked, process.warnings);
}

/** Each use for itself; true where one leaves the graph or may leave it. */
function planUses(upgrade: CompiledUpgrade, process: PlanningProcess): boolean {
  let graphChanges = false;
  for (const use of process.found) {
    const route = upgrade.route(use.version, use.stepType);
    if (route.to === null) graphChanges = true;
    for (const warning of route.warnings) addOnce(process.warnings, warning);
    process.uses.push(describeUse(use, route, route.program ? planProperties(process, use, route) : noChanges));
  }
  return graphChanges;
}

function planProperties(process: PlanningProcess, use: UseBelow, route: Route): readonly PropertyChange[] {
  if (!route.program) return noChanges;
  const { changes, asked, warnings } = runProgram(route.program, propertiesOf(use.activity), process.secrets);
  for (const warning of warnings) addOnce(process.warnings, warning);
  for (const question of asked) {
    const about = { processId: process.subject.id, activity: use.activity.name };
    process.asked.push(askValue(about, question, route.to?.stepType ?? use.stepType));
  }
  return changes;
}

function describeUse(use: UseBelow, route: Route, properties: readonly PropertyChange[]): UseChange {
  const { from, to, outcome, rule, hops } = route;
  return { path: use.path, activity: use.activity.name, from, to, outcome, rule, hops, properties };
}

/** A route's warnings are the same objects for every use. */
function addOnce(problems: Problem[], problem: Problem): void {
  if (!problems.includes(problem)) problems.push(problem);
}

function finish(
  subject: PlanSubject,
  uses: readonly UseChange[],
  graph: readonly GraphChange[],
  asked: readonly Question[],
  warnings: readonly Problem[],
): PlannedProcess {
  const { id, name, kind, owner, version } = subject;
  const questions = asked.length > 0 ? oncePerId(asked) : noQuestions;
  return {
    process: { id, name, kind, owner },
    baseVersion: version,
    group: groupOf(uses, questions),
    uses,
    graph,
    questions: questions.map((question) => question.id),
    warnings: warnings.length > 0 ? warnings : noProblems,
    asked: questions,
  };
}

/** Two conditions for one question become one question that either of them raises. */
function oncePerId(questions: readonly Question[]): Question[] {
  const byId = new Map<string, Question>();
  for (const question of questions) {
    const first = byId.get(question.id);
    if (!first) byId.set(question.id, question);
    else if (first.when && !question.when) byId.set(question.id, question);
    else if (first.when && question.when) byId.set(question.id, { ...first, when: [...first.when, ...question.when] });
  }
  return [...byId.values()];
}
