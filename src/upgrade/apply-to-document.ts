import { LockstepError } from '../failure/index.ts';
import {
  type Activity,
  type ProcessDocument,
  replaceReferences,
  type UseValue,
  visitActivities,
} from '../process/index.ts';
import { answerTo, questionsOpen } from './answer-questions.ts';
import { findChangedReferences } from './changed-references.ts';
import type { CompiledUpgrade, Route } from './compiled-upgrade.ts';
import { fateOf } from './fate-of.ts';
import { findUsesBelow, placeIn } from './find-uses.ts';
import { findLostOutputs } from './lost-outputs.ts';
import { isMoved } from './moved-property.ts';
import type { ProcessName, UnlistedPolicy, UseChange } from './plan.ts';
import { propertiesOf } from './properties-of.ts';
import type { Asked } from './property/ask.ts';
import { type ProgramRun, runProgram } from './property/run-program.ts';
import type { Answers, Question } from './question.ts';
import { askLostOutput, askRenamedReference, askUnlisted, askValue, restLabel } from './questions.ts';
import { removeActivities } from './remove-activities.ts';
import { secretsOf } from './secrets.ts';

/** A document after its plan was applied. */
export interface AppliedDocument {
  /** The very document given, where nothing changed [DO-2]. */
  readonly document: ProcessDocument;
  readonly changed: boolean;
}

/** What of a process's plan is needed to apply it. */
export interface PlanToApply {
  readonly process: Pick<ProcessName, 'id' | 'name'>;
  readonly uses: readonly UseChange[];
}

/**
 * Does what a process's plan says to its document. The values come from the document, so a plan needs no secrets; the
 * document given is never written to [DO-8] and shares with the new one what did not change [DO-2]. Applied to a document that the plan
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
  applying.followRenames();
  return applying.finish(document);
}

class Applying {
  readonly #upgrade: CompiledUpgrade;
  readonly #process: PlanToApply['process'];
  readonly #mayBeGone: boolean;
  readonly #answers: Answers;
  readonly #original: ProcessDocument;
  readonly #deleted: (readonly number[])[] = [];
  readonly #open: { question: Question; path: readonly number[] }[] = [];
  /** Activities that were copied for this document, and may be written to. */
  readonly #own = new Set<Activity>();
  readonly #carried: UseChange[] = [];
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
    // as they were asked about: before properties got other names
    const before = removeActivities(this.#original.rootActivity, this.#deleted).removed;
    const lost = findLostOutputs(this.#original, gone, (activity) => !before.has(activity));
    this.#document = { ...this.#document, rootActivity: root };
    const texts = new Map<string, string>();
    for (const output of lost) {
      const question = askLostOutput({ processId: this.#process.id, activity: output.activity }, output);
      const answer = answerTo(question, this.#answers);
      if (answer === undefined) throw questionsOpen([question]);
      if (answer !== 'keep') texts.set(placeOf(output), answer === 'drop' ? '' : answer);
    }
    this.#rewrite(texts);
  }

  /** [PROP-5] */
  followRenames(): void {
    if (!Object.values(this.#answers).includes('rewrite')) return;
    const texts = new Map<string, string>();
    for (const { reference, change, rewritten } of findChangedReferences(
      { document: this.#original },
      this.#carried,
      () => true,
    )) {
      if (rewritten === null) continue;
      const { holder, field, text } = reference;
      const about = { processId: this.#process.id, activity: holder?.name ?? '' };
      const renamed = { field, reference: text, name: change.name, rewritten };
      if (answerTo(askRenamedReference(about, renamed), this.#answers) !== 'rewrite') continue;
      texts.set(placeOf({ activity: about.activity, field, reference: text }), rewritten);
    }
    this.#rewrite(texts);
  }

  finish(original: ProcessDocument): AppliedDocument {
    return { document: this.#document, changed: this.#document !== original };
  }

  /** Where the use stands now; null where the plan was applied to it already or it needs nothing. */
  #locate(change: UseChange): readonly number[] | null {
    const there = activityAt(this.#original.rootActivity, change.path);
    if (there?.name === change.activity && this.#isAt(there, change.from)) return change.path;
    let path: readonly number[] | null = null;
    let done = false;
    visitActivities(this.#original.rootActivity, (activity, at) => {
      if (activity.name !== change.activity) return;
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

  #isAt(activity: Activity, { version, plugin, stepType }: UseChange['from']): boolean {
    const id = plugin ?? this.#upgrade.plugin.id;
    const place = this.#upgrade.line.placeOf(id, version);
    const isThere = this.#upgrade.form(String(activity['commandName'])) === stepType;
    return isThere && place !== null && placeIn(this.#upgrade, activity, id) === place;
  }

  #wasApplied(activity: Activity, { from, to, outcome }: UseChange): boolean {
    if (to) return this.#isAt(activity, to);
    if (outcome !== 'undecided') return false;
    const policies: UnlistedPolicy[] = ['carry', 'pin'];
    const { line } = this.#upgrade;
    const ends = policies.map(
      (policy) => fateOf(line, this.#upgrade.route(this.#startOf(from), from.stepType, policy)).to,
    );
    return ends.some((end) => end !== null && this.#isAt(activity, end));
  }

  #startOf({ version, plugin }: UseChange['from']): number {
    return this.#upgrade.line.placeOf(plugin ?? this.#upgrade.plugin.id, version) ?? version;
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
    const { stepType } = change.from;
    const version = this.#startOf(change.from);
    const route = this.#upgrade.route(version, stepType);
    if (change.rule === 'STEP-5') return null;
    // a plan that was made with answers has the outcome of then [ASK-3]
    if (route.outcome !== 'undecided') return route;
    const about = { processId: this.#process.id, activity: change.activity };
    const question = askUnlisted(this.#upgrade, about, route, this.#upgrade.route(version, stepType, 'carry'));
    const answer = answerTo(question, this.#answers);
    if (answer !== undefined) return this.#upgrade.route(version, stepType, answer as UnlistedPolicy);
    this.#open.push({ question, path });
    return null;
  }

  #carry(path: readonly number[], route: Route): void {
    const activity = activityAt(this.#document.rootActivity, path) as Activity;
    const before = propertiesOf(activity);
    const program = route.program as NonNullable<Route['program']>;
    let run = runProgram(program, before, [], this.#upgrade.form);
    // what is asked is asked in words that show no secret
    if (run.asked.length > 0) run = runProgram(program, before, this.#secrets(), this.#upgrade.form);
    const { line } = this.#upgrade;
    this.#carried.push({ path, activity: activity.name, ...fateOf(line, route), properties: run.changes });
    const chosen = new Map<string, string | null>();
    for (const asked of run.asked) this.#choose(asked, activity, path, route, chosen);
    const after: Record<string, UseValue> = {};
    for (const slot of run.slots) {
      const choice = slot.gone ? null : chosen.get(slot.name);
      if (choice !== null) define(after, spelledOf(slot), choice ?? slot.value);
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
    const question = askValue(about, asked, restLabel(this.#upgrade, route, ''));
    const answer = answerTo(question, this.#answers);
    if (answer === undefined) this.#open.push({ question, path });
    else if (asked.offered.includes(answer)) chosen.set(asked.property, answer);
    else if (answer === 'drop') chosen.set(asked.property, null);
    else if (answer !== 'keep') chosen.set(asked.property, answer);
  }

  #secrets(): readonly string[] {
    return secretsOf(this.#original, findUsesBelow(this.#upgrade, this.#original), this.#upgrade);
  }

  /** Questions about what is taken out anyhow do not count. */
  #requireAnswers(stays: (activity: Activity) => boolean): void {
    const open = this.#open.filter(({ path }) => stays(activityAt(this.#document.rootActivity, path) as Activity));
    if (open.length > 0) throw questionsOpen(open.map(({ question }) => question));
  }

  #fieldBefore(activity: string, field: string): string {
    const carried = this.#carried.find((change) => change.activity === activity);
    return carried?.properties.find((change) => change.name === field && isMoved(change))?.was ?? field;
  }

  #rewrite(texts: ReadonlyMap<string, string>): void {
    if (texts.size === 0) return;
    this.#document = replaceReferences(this.#document, ({ holder, field, text, form }) => {
      const activity = holder?.name ?? '';
      const by = texts.get(placeOf({ activity, field: this.#fieldBefore(activity, field), reference: text }));
      // a script's string stays one
      return by === undefined || form !== 'script' || /^(["']).*\1$/s.test(by) ? (by ?? null) : JSON.stringify(by);
    });
  }
}

function placeOf({ activity, field, reference }: { activity: string; field: string; reference: string }): string {
  return JSON.stringify([activity, field, reference]);
}

/** Where the version at rest is not known, a name that did not change is written as it was. */
function spelledOf({ spelled, name, was, written }: ProgramRun['slots'][number]): string {
  return spelled ?? (name === was ? (written ?? name) : name);
}

/** The activity at its new version and step type; its own name stays [SCOPE-4]. */
function carryActivity(
  activity: Activity,
  route: Route,
  upgrade: CompiledUpgrade,
  properties: Record<string, UseValue>,
): Activity {
  const { version: place, stepType } = route.to as NonNullable<Route['to']>;
  const { version } = upgrade.line.at(place);
  const next: Record<string, unknown> = { ...activity, commandName: upgrade.spelling(place, stepType) };
  next['pluginVersion'] = typeof activity['pluginVersion'] === 'string' ? String(version) : version;
  if ('properties' in activity || Object.keys(properties).length > 0) next['properties'] = properties;
  takeName(next, upgrade, place, route.pluginName);
  return next as unknown as Activity;
}

/** A version is found under the display name that it had, and under the id of its plugin [SUCC-1]. */
function takeName(
  next: Record<string, unknown>,
  { names, line, usedPlugin, form }: CompiledUpgrade,
  place: number,
  pluginName: string | null,
): void {
  const plugin = line.pluginAt(place);
  const isOther = plugin !== usedPlugin.id;
  const { pluginId: id, pluginName: name } = next;
  const isKnown = typeof name === 'string' && [...names.values()].some((all) => all.has(form(name)));
  if (pluginName !== null && isKnown && name !== pluginName) next['pluginName'] = pluginName;
  const isRecorded = typeof id === 'string' && id !== '';
  // a name alone would not tell the two plugins apart
  const isShared = pluginName === null || (names.get(usedPlugin.id)?.has(form(pluginName)) ?? false);
  if (isOther && (isRecorded || isShared)) next['pluginId'] = plugin;
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
