import type { Problem } from '../failure/index.ts';
import type { Activity } from '../process/index.ts';
import { answerTo, openQuestions } from './answer-questions.ts';
import { type ChangedReference, findChangedReferences } from './changed-references.ts';
import type { CompiledUpgrade, Route } from './compiled-upgrade.ts';
import { fateOf } from './fate-of.ts';
import { findUsesBelow, type UseBelow } from './find-uses.ts';
import type { GraphChange, PlannedProcess, PropertyChange, UnlistedPolicy, UseChange } from './plan.ts';
import { type PlanningProcess, planGraph } from './plan-graph.ts';
import { propertiesOf } from './properties-of.ts';
import { runProgram } from './property/run-program.ts';
import type { Answers, Question } from './question.ts';
import { askRenamedReference, askUnlisted, askValue, restLabel } from './questions.ts';
import { secretsOf } from './secrets.ts';
import { settleValues } from './settle-values.ts';
import type { ProcessInput } from './upgrade-input.ts';
import { changedReferenceWarning, lossWarning, respelledWarning } from './value-warnings.ts';

const noChanges: readonly PropertyChange[] = Object.freeze([]);
const noProblems: readonly Problem[] = Object.freeze([]);
const noQuestions: readonly Question[] = Object.freeze([]);
const noGraphChanges: readonly GraphChange[] = Object.freeze([]);
const noAnswers: Answers = Object.freeze({});
const nobody: ReadonlySet<Activity> = new Set();

/**
 * The answer to "what would this upgrade do to this process?", or null where it holds no use below the target. With
 * answers: what it would do with them; what was asked stays asked, since an answer can be taken back [ASK-3]. The hot
 * loop of planning: most processes only have uses that are carried, and cost one look at each of their properties.
 */
export function planProcess(
  upgrade: CompiledUpgrade,
  source: ProcessInput,
  answers: Answers = noAnswers,
): PlannedProcess | null {
  const found = findUsesBelow(upgrade, source.document);
  // [SCOPE-3] what no index names is not touched, and nothing else
  if (found.length === 0) return null;
  const secrets = secretsOf(source.document, found, upgrade);
  const open = plan(upgrade, { source, found, secrets, answers: noAnswers });
  const first = open.asked.length > 0 ? oncePerId(open.asked) : noQuestions;
  const isAnswered = answers !== noAnswers && first.some((question) => answerTo(question, answers) !== undefined);
  const decided = isAnswered ? plan(upgrade, { source, found, secrets, answers }) : open;
  // an answer may raise another question
  const asked = isAnswered ? oncePerId([...first, ...withoutThose(first, decided.asked)]) : first;
  const { uses, graph, warnings } = decided;
  const { id, name, kind, owner, version } = source;
  return {
    process: { id, name, kind, owner },
    baseVersion: version,
    group: upgrade.groupOf(uses, asked, answers),
    uses,
    graph,
    questions: asked.map((question) => question.id),
    warnings: warnings.length > 0 ? warnings : noProblems,
    asked,
    open: asked.length > 0 ? openQuestions({ questions: asked }, answers).length : 0,
  };
}

type Planned = Pick<PlanningProcess, 'uses' | 'asked' | 'warnings'> & { readonly graph: readonly GraphChange[] };

function plan(
  upgrade: CompiledUpgrade,
  planning: Pick<PlanningProcess, 'source' | 'found' | 'secrets' | 'answers'>,
): Planned {
  const process: PlanningProcess = { ...planning, uses: [], asked: [], warnings: [] };
  let graph = noGraphChanges;
  let removed = nobody;
  if (planUses(upgrade, process)) ({ graph, removed } = planGraph(upgrade, process));
  for (const changed of findChangedReferences(planning.source, process.uses, (activity) => !removed.has(activity))) {
    noteReference(process, changed);
  }
  return { uses: process.uses, asked: process.asked, warnings: process.warnings, graph };
}

/** Each use for itself; true where one leaves the graph or may leave it. */
function planUses(upgrade: CompiledUpgrade, process: PlanningProcess): boolean {
  let graphChanges = false;
  for (const use of process.found) {
    const route = routeOf(upgrade, process, use);
    if (route.to === null) graphChanges = true;
    for (const warning of route.warnings) addOnce(process.warnings, warning);
    const { activity } = use;
    if (activity['commandName'] !== use.stepType) {
      process.warnings.push(respelledWarning(activity.name, String(activity['commandName']), use.stepType));
    }
    process.uses.push(
      describeUse(upgrade, use, route, route.program ? planProperties(upgrade, process, use, route) : noChanges),
    );
  }
  return graphChanges;
}

/** The use's way with the answer about it, where it needs one and has it [STEP-4]. */
function routeOf(upgrade: CompiledUpgrade, process: PlanningProcess, use: UseBelow): Route {
  const route = upgrade.route(use.version, use.stepType);
  if (route.outcome !== 'undecided' || process.answers === noAnswers) return route;
  const about = { processId: process.source.id, activity: use.activity.name };
  const question = askUnlisted(upgrade, about, route, upgrade.route(use.version, use.stepType, 'carry'));
  const policy = answerTo(question, process.answers) as UnlistedPolicy | undefined;
  return policy === undefined ? route : upgrade.route(use.version, use.stepType, policy);
}

function planProperties(
  upgrade: CompiledUpgrade,
  process: PlanningProcess,
  use: UseBelow,
  route: Route,
): readonly PropertyChange[] {
  if (!route.program) return noChanges;
  const { source, secrets, answers } = process;
  const run = runProgram(route.program, propertiesOf(use.activity), secrets, upgrade.form);
  for (const warning of run.warnings) addOnce(process.warnings, warning);
  for (const loss of run.lost) process.warnings.push(lossWarning(use.activity.name, loss));
  for (const [was, name] of run.respelled) process.warnings.push(respelledWarning(use.activity.name, was, name));
  const asked = run.asked.map((question) => {
    const about = { processId: source.id, activity: use.activity.name };
    return askValue(about, question, restLabel(upgrade, route, use.stepType));
  });
  process.asked.push(...asked);
  return asked.length === 0 || answers === noAnswers ? run.changes : settleValues(run, asked, answers, upgrade);
}

function describeUse(
  { line }: CompiledUpgrade,
  use: UseBelow,
  route: Route,
  properties: readonly PropertyChange[],
): UseChange {
  const { path, activity } = use;
  const { from, to, outcome, rule, hops } = fateOf(line, route);
  const renames = route.program?.renames ?? [];
  // spelled out: the hot loop of planning makes one for each use
  return renames.length > 0
    ? { path, activity: activity.name, from, to, outcome, rule, hops, properties, renames }
    : { path, activity: activity.name, from, to, outcome, rule, hops, properties };
}

/** [PROP-5] a reference to a renamed property can follow it; one to a dropped property can only be told. */
function noteReference(process: PlanningProcess, { reference, change, rewritten }: ChangedReference): void {
  const { holder, field, text } = reference;
  const about = { processId: process.source.id, activity: holder?.name ?? '' };
  const question =
    rewritten === null ? null : askRenamedReference(about, { field, reference: text, name: change.name, rewritten });
  if (question) process.asked.push(question);
  if (question && answerTo(question, process.answers) === 'rewrite') return;
  process.warnings.push(changedReferenceWarning(reference, change));
}

/** A route's warnings are the same objects for every use. */
function addOnce(problems: Problem[], problem: Problem): void {
  if (!problems.includes(problem)) problems.push(problem);
}

function withoutThose(known: readonly Question[], questions: readonly Question[]): Question[] {
  const ids = new Set(known.map(({ id }) => id));
  return questions.filter(({ id }) => !ids.has(id));
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
