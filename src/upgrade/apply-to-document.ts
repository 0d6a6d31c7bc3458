import { LockstepError } from '../failure/index.ts';
import {
  type Activity,
  isRecord,
  type ProcessDocument,
  type UseValue,
  versionOf,
  visitActivities,
} from '../process/index.ts';
import { answerTo, questionsOpen } from './answer-questions.ts';
import type { CompiledUpgrade } from './compile-upgrade.ts';
import { belongsTo, propertiesOf } from './find-uses.ts';
import { findLostOutputs } from './lost-outputs.ts';
import type { ProcessName, UnlistedPolicy, UseChange } from './plan.ts';
import type { Answers, Question } from './question.ts';
import { askLostOutput, askUnlisted, askValue } from './questions.ts';
import { removeActivities } from './remove-activities.ts';
import type { Route } from './route.ts';
import { type Asked, runProgram } from './run-program.ts';

/** A document after its plan was applied. */
export interface AppliedDocument {
  /** The very document given, where nothing changed [DO-2]. */
  readonly document: ProcessDocument;
  readonly changed: boolean;
  /** Values that the new document holds no more, secure ones included: for the undo record alone [PROP-5]. */
  readonly dropped: readonly DroppedValue[];
}

/** What of a process's plan is needed to apply it. */
export interface PlanToApply {
  readonly process: Pick<ProcessName, 'id' | 'name'>;
  readonly uses: readonly UseChange[];
}

export interface DroppedValue {
  readonly activity: string;
  readonly property: string;
  readonly value: UseValue;
}

/**
 * Does what a process's plan says to its document. The values come from the document, so a plan needs no secrets; the
 * document given is never written to and shares with the new one what did not change. Applied to a document that the plan
 * was applied to already, it changes nothing [DO-5]. Throws `process-edited` where the document is not the one that was
 * planned [DO-4], `plan-has-questions` and `plan-answer-not-valid`.
 */
export function applyToDocument(
  upgrade: CompiledUpgrade,
  processPlan: PlanToApply,
  document: ProcessDocument,
  answers: Answers,
): AppliedDocument {
  const applying = new Applying(upgrade, processPlan, answers, document);
  for (const change of processPlan.uses) applying.applyToUse(change);
  applying.takeOutDeleted();
  return applying.finish(document);
}

class Applying {
  readonly #upgrade: CompiledUpgrade;
  readonly #process: PlanToApply['process'];
  readonly #mayBeGone: boolean;
  readonly #answers: Answers;
  readonly #original: ProcessDocument;
  readonly #dropped: DroppedValue[] = [];
  readonly #deleted: (readonly number[])[] = [];
  readonly #open: { question: Question; path: readonly number[] }[] = [];
  /** Activities that were copied for this document, and may be written to. */
  readonly #own = new Set<Activity>();
  #document: ProcessDocument;

  constructor(upgrade: CompiledUpgrade, { process, uses }: PlanToApply, answers: Answers, document: ProcessDocument) {
    this.#upgrade = upgrade;
    this.#process = process;
    // a deleted use may have taken others along [STEP-5]
    this.#mayBeGone = uses.some(({ outcome }) => outcome === 'deleted' || outcome === 'undecided');
    this.#answers = answers;
    this.#original = document;
    this.#document = document;
  }

  applyToUse(change: UseChange): void {
    const path = this.#locate(change);
    if (!path) return;
    const route = this.#decide(change, path);
    if (!route) return;
    if (route.outcome === 'deleted') this.#deleted.push(path);
    else if (route.program && route.to) this.#carry(path, route);
  }

  /** [STEP-5] */
  takeOutDeleted(): void {
    if (this.#deleted.length === 0) {
      this.#requireAnswers(() => true);
      return;
    }
    const { root, removed } = removeActivities(this.#document.rootActivity, this.#deleted);
    const gone = new Set(Array.from(removed, ({ name }) => name));
    this.#requireAnswers((activity) => !removed.has(activity));
    const lost = findLostOutputs(this.#document, gone, (activity) => !removed.has(activity));
    this.#document = { ...this.#document, rootActivity: root };
    for (const { activity, field, reference } of lost) {
      const question = askLostOutput({ processId: this.#process.id, activity }, reference, field);
      const answer = answerTo(question, this.#answers);
      if (answer === undefined) throw questionsOpen([question]);
      if (answer !== 'keep') this.#replaceReference(activity, reference, answer === 'drop' ? '' : answer);
    }
  }

  finish(original: ProcessDocument): AppliedDocument {
    return { document: this.#document, changed: this.#document !== original, dropped: this.#dropped };
  }

  /** Where the use stands now; null where the plan was applied to it already or it needs nothing. */
  #locate(change: UseChange): readonly number[] | null {
    const there = activityAt(this.#original.rootActivity, change.path);
    if (there?.name === change.activity && this.#isAt(there, change.from)) return change.path;
    let path: readonly number[] | null = null;
    let done = false;
    visitActivities(this.#original.rootActivity, (activity, at) => {
      if (activity.name !== change.activity || !belongsTo(this.#upgrade, activity)) return;
      if (this.#isAt(activity, change.from)) path ??= [...at];
      else done ||= this.#wasApplied(activity, change);
    });
    if (path || done || (this.#mayBeGone && !this.#exists(change.activity))) return path;
    throw new LockstepError(
      'process-edited',
      `"${change.activity}" of the process "${this.#process.name}" is not as it was when the plan was made.`,
      { hint: 'Plan the upgrade again.' },
    );
  }

  #isAt(activity: Activity, { version, stepType }: UseChange['from']): boolean {
    const isThere = activity['commandName'] === stepType && versionOf(activity['pluginVersion']) === version;
    return isThere && belongsTo(this.#upgrade, activity);
  }

  #wasApplied(activity: Activity, { from, to, outcome }: UseChange): boolean {
    if (to) return this.#isAt(activity, to);
    if (outcome !== 'undecided') return false;
    const policies: UnlistedPolicy[] = ['carry', 'pin'];
    const ends = policies.map((policy) => this.#upgrade.route(from.version, from.stepType, policy).to);
    return ends.some((end) => end !== null && this.#isAt(activity, end));
  }

  #exists(name: string): boolean {
    let exists = false;
    visitActivities(this.#original.rootActivity, (activity) => {
      exists ||= activity.name === name;
    });
    return exists;
  }

  /** The route that the plan or the answer takes; null while the answer is missing, or where STEP-5 takes the use along. */
  #decide(change: UseChange, path: readonly number[]): Route | null {
    const { version, stepType } = change.from;
    const route = this.#upgrade.route(version, stepType);
    if (change.outcome === 'deleted') return change.rule === 'STEP-5' ? null : route;
    if (change.outcome !== 'undecided') return route;
    const about = { processId: this.#process.id, activity: change.activity };
    const question = askUnlisted(about, route, this.#upgrade.route(version, stepType, 'carry'));
    const answer = answerTo(question, this.#answers);
    if (answer !== undefined) return this.#upgrade.route(version, stepType, answer as UnlistedPolicy);
    this.#open.push({ question, path });
    return null;
  }

  #carry(path: readonly number[], route: Route): void {
    const activity = activityAt(this.#document.rootActivity, path) as Activity;
    const before = propertiesOf(activity);
    const run = runProgram(route.program as NonNullable<Route['program']>, before, []);
    const chosen = new Map<string, string | null>();
    for (const asked of run.asked) this.#choose(asked, activity, path, route, chosen);
    const after: Record<string, UseValue> = {};
    for (const slot of run.slots) {
      const choice = slot.gone ? undefined : chosen.get(slot.name);
      if (slot.gone || choice === null) {
        if (slot.was !== null) this.#dropped.push(this.#dropOf(activity, slot.was, before));
      } else define(after, slot.name, choice ?? slot.value);
    }
    const next = carryActivity(activity, route, this.#upgrade, after);
    const root = replaceAt(this.#document.rootActivity, path, 0, next, this.#own);
    if (root !== this.#document.rootActivity) this.#document = { ...this.#document, rootActivity: root };
  }

  /** Null: the value is dropped. Nothing: it stays. */
  #choose(
    asked: Asked,
    activity: Activity,
    path: readonly number[],
    route: Route,
    chosen: Map<string, string | null>,
  ): void {
    const about = { processId: this.#process.id, activity: activity.name };
    const question = askValue(about, asked, route.to?.stepType ?? '');
    const answer = answerTo(question, this.#answers);
    if (answer === undefined) this.#open.push({ question, path });
    else if (asked.offered.includes(answer)) chosen.set(asked.property, answer);
    else if (answer === 'drop') chosen.set(asked.property, null);
    else if (answer !== 'keep') chosen.set(asked.property, answer);
  }

  #dropOf(activity: Activity, property: string, before: Readonly<Record<string, UseValue>>): DroppedValue {
    return { activity: activity.name, property, value: before[property] as UseValue };
  }

  /** Questions about what is taken out anyhow do not count. */
  #requireAnswers(stays: (activity: Activity) => boolean): void {
    const open = this.#open.filter(({ path }) => stays(activityAt(this.#document.rootActivity, path) as Activity));
    if (open.length > 0) throw questionsOpen(open.map(({ question }) => question));
  }

  #replaceReference(activity: string, reference: string, by: string): void {
    const replace = (value: unknown): unknown => {
      if (typeof value === 'string') return value.replaceAll(reference, () => by);
      if (Array.isArray(value)) return value.map(replace);
      if (!isRecord(value)) return value;
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replace(item)]));
    };
    if (activity === '') {
      const { rootActivity, ...fields } = this.#document;
      this.#document = { ...(replace(fields) as object), rootActivity } as ProcessDocument;
      return;
    }
    const within = (item: Activity): Activity => {
      const children = item.children?.map(within);
      const own = item.name === activity ? replaceFields(item, replace) : item;
      return children ? { ...own, children } : own;
    };
    this.#document = { ...this.#document, rootActivity: within(this.#document.rootActivity) };
  }
}

/** The activity at its new version and step type; its own name stays [SCOPE-4]. */
function carryActivity(
  activity: Activity,
  route: Route,
  upgrade: CompiledUpgrade,
  properties: Record<string, UseValue>,
): Activity {
  const { version, stepType } = route.to as NonNullable<Route['to']>;
  const next: Record<string, unknown> = { ...activity, commandName: stepType };
  next['pluginVersion'] = typeof activity['pluginVersion'] === 'string' ? String(version) : version;
  if ('properties' in activity || Object.keys(properties).length > 0) next['properties'] = properties;
  const name = activity['pluginName'];
  // a version is found under the display name that it had
  if (route.pluginName !== null && typeof name === 'string' && name !== route.pluginName && upgrade.names.has(name)) {
    next['pluginName'] = route.pluginName;
  }
  return next as unknown as Activity;
}

function replaceFields(activity: Activity, replace: (value: unknown) => unknown): Activity {
  const kept = new Set(['name', 'children', 'offsets']);
  const entries = Object.entries(activity).map(
    ([key, value]) => [key, kept.has(key) ? value : replace(value)] as const,
  );
  return Object.fromEntries(entries) as unknown as Activity;
}

/** Also right for a property that is called `__proto__`. */
function define(record: Record<string, UseValue>, name: string, value: UseValue): void {
  if (name === '__proto__') Object.defineProperty(record, name, { value, ...writable });
  else record[name] = value;
}

const writable = { enumerable: true, configurable: true, writable: true };

function activityAt(root: Activity, path: readonly number[]): Activity | undefined {
  return path.reduce<Activity | undefined>((activity, index) => activity?.children?.[index], root);
}

/** The graph with another activity at a place; what is not `own` yet is copied on the way, once. */
function replaceAt(
  activity: Activity,
  path: readonly number[],
  depth: number,
  next: Activity,
  own: Set<Activity>,
): Activity {
  const index = path[depth];
  // its children may still be those of the document given
  if (index === undefined) return next;
  const copied = own.has(activity) ? activity : { ...activity, children: (activity.children ?? []).slice() };
  own.add(copied);
  const children = copied.children as Activity[];
  children[index] = replaceAt(children[index] as Activity, path, depth + 1, next, own);
  return copied;
}
