import type { Problem } from '../failure/index.ts';
import { formsOf, sameName } from '../plugin/index.ts';
import {
  checkGraph,
  formatEdge,
  type ProcessDocument,
  readUse,
  sameJson,
  textOf,
  visitActivities,
} from '../process/index.ts';
import { answerTo } from './answer-questions.ts';
import { type MeetingPoint, mergeDocuments, takeOutProperty } from './merge-documents.ts';
import type { UseChange } from './plan.ts';
import { propertiesOf } from './properties-of.ts';
import type { Answers, Question } from './question.ts';
import { questionId } from './questions.ts';
import { staleReferences } from './stale-references.ts';
import { renameActivities, renamedActivities, underNamesAtRest, underOldNames } from './undo-names.ts';

export interface UndoInput {
  readonly processId: string;
  /** As it was when the upgrade was applied. */
  readonly before: ProcessDocument;
  /** What applying made of it. */
  readonly applied: ProcessDocument;
  /** As it is now. */
  readonly current: ProcessDocument;
  readonly answers?: Answers;
  /** What the plan did with each use: edits go back along its renames. */
  readonly uses?: readonly UseChange[];
  /** The properties that a step type had at a version; null where that version is not known. */
  readonly places?: (at: UseChange['from']) => ReadonlySet<string> | null;
  /** Whether a property's values are never shown [PROP-7]; left out: no value is shown. */
  readonly hides?: (property: string) => boolean;
}

/**
 * `restored`: the very `before`. `merged`: the upgrade is taken back and the edits since stay. `conflict`: an edit and the
 * undo concern the same thing, or an edit has no place in the old version, and a person has to choose.
 */
export type Undone =
  | { readonly kind: 'restored'; readonly document: ProcessDocument }
  | { readonly kind: 'merged'; readonly document: ProcessDocument; readonly warnings: readonly Problem[] }
  | { readonly kind: 'conflict'; readonly questions: readonly Question[] };

/** Takes an upgrade of one process back; edits that people made since are kept, under the right names [DO-6]. */
export function undoDocument(input: UndoInput): Undone {
  const { before, applied, current, answers = {} } = input;
  if (sameJson(current, applied)) return { kind: 'restored', document: before };
  const names = renamedActivities(applied, current);
  const uses = (input.uses ?? []).map((use) => ({ ...use, activity: names.get(use.activity) ?? use.activity }));
  const old = renameActivities(before, names);
  const base = underOldNames(renameActivities(applied, names), uses, old);
  const merging = mergeDocuments(base, underOldNames(current, uses, old), old, (point) => {
    const answer = answerTo(ask(input, point), answers);
    return answer === undefined ? undefined : answer === 'before' ? 'theirs' : 'ours';
  });
  const { open, danglingEdges } = merging;
  const document = underNamesAtRest(merging.document, uses, current);
  const homeless = withoutPlace(input, uses, old, document);
  const questions = [...open, ...homeless]
    .map((point) => ask(input, point))
    .filter((question) => answerTo(question, answers) === undefined);
  if (questions.length > 0)
    return { kind: 'conflict', questions: [...new Map(questions.map((one) => [one.id, one])).values()] };
  const left = homeless.filter((point) => answerTo(ask(input, point), answers) === 'before');
  const merged = left.reduce((whole, { activity, field }) => takeOutProperty(whole, activity, nameIn(field)), document);
  if (sameJson(merged, before)) return { kind: 'restored', document: before };
  const known = new Set([before, current].flatMap((other) => checkGraph(other).map(({ message }) => message)));
  const warnings = checkGraph(merged).filter(({ message }) => !known.has(message));
  const lost = danglingEdges.map(
    (edge): Problem => ({
      code: 'edge-not-restored',
      severity: 'warning',
      message: `The edge ${formatEdge(edge)} is left out: one of its activities was removed since.`,
    }),
  );
  return {
    kind: 'merged',
    document: merged,
    warnings: [
      ...lost,
      ...staying(uses, old, base, merged),
      ...staleReferences({ uses, before: old, merged, places: input.places }),
      ...warnings,
    ],
  };
}

/** Values under a name that the old version's step type does not have, and that did not stand there before. */
function withoutPlace(
  { places }: UndoInput,
  uses: readonly UseChange[],
  before: ProcessDocument,
  document: ProcessDocument,
): MeetingPoint[] {
  if (!places) return [];
  const formerly = new Map(activitiesOf(before));
  const now = new Map(activitiesOf(document));
  return uses.flatMap(({ activity: name, from }) => {
    const activity = now.get(name);
    const use = activity && readUse(activity);
    if (!use || !sameName(use.stepType, from.stepType) || use.pluginVersion !== from.version) return [];
    const declared = places(from);
    const was = formerly.get(name);
    const held = was ? propertiesOf(was) : {};
    return Object.entries(propertiesOf(activity))
      .filter(([property]) => declared && !Object.hasOwn(held, property))
      .filter(([property]) => !formsOf(property).some((form) => declared!.has(form)))
      .map(([property, value]) => ({ activity: name, field: `properties.${property}`, before: undefined, now: value }));
  });
}

/** Uses that were added or changed since and that stay where the upgrade was going. */
function staying(
  uses: readonly UseChange[],
  before: ProcessDocument,
  applied: ProcessDocument,
  merged: ProcessDocument,
): Problem[] {
  const touched = new Set(uses.map(({ activity }) => activity));
  const formerly = new Map(activitiesOf(before).map(([name, one]) => [name, labelOf(one)]));
  const labels = new Set(
    activitiesOf(applied).flatMap(([name, one]) => (touched.has(name) ? (labelOf(one) ?? []) : [])),
  );
  const former = new Set(uses.flatMap(({ from }) => (from.plugin === undefined ? [from.version] : [])));
  return activitiesOf(merged).flatMap(([name, activity]): Problem[] => {
    const label = labelOf(activity);
    const version = readUse(activity)?.pluginVersion;
    if (label === null || version === undefined || !labels.has(label) || former.has(version)) return [];
    // where it stood before the upgrade
    if (formerly.get(name) === label) return [];
    return [
      {
        code: 'stays-at-newer-version',
        severity: 'warning',
        message: `"${name}" stays at version ${version}: it was not part of the upgrade that is taken back.`,
        hint: 'Exchange its step by hand if the newer version is not wanted.',
      },
    ];
  });
}

function activitiesOf({ rootActivity }: ProcessDocument) {
  const found: [string, typeof rootActivity][] = [];
  visitActivities(rootActivity, (activity) => void found.push([activity.name, activity]));
  return found;
}

/** Which plugin at which version; null for what is no use. */
function labelOf(activity: ProcessDocument['rootActivity']): string | null {
  const use = readUse(activity);
  return use && JSON.stringify([use.pluginId, use.pluginName, use.pluginVersion]);
}

function ask({ processId, hides }: UndoInput, { activity, field, before, now }: MeetingPoint): Question {
  const what = field === null ? `"${activity}"` : activity === '' ? `"${field}"` : `"${field}" of "${activity}"`;
  const property = field?.startsWith('properties.') ? nameIn(field) : field;
  const id = questionId('merge-conflict', { processId, activity }, field ?? '');
  return {
    id,
    kind: 'merge-conflict',
    owner: 'process-owner',
    processId,
    activity,
    property,
    message: describeConflict(
      what,
      hides && ((value) => shown(value, property !== null && hides(property))),
      before,
      now,
    ),
    choices: [
      { answer: 'before', label: 'As it was before the upgrade' },
      { answer: 'current', label: 'As it is now' },
    ],
    freeText: false,
    // each conflict shows values of its own [ASK-1]
    groupKey: id,
  };
}

/** Without values where nobody knows which of them are secret [PROP-7]. */
function describeConflict(
  what: string,
  show: ((value: unknown) => string) | undefined,
  before: unknown,
  now: unknown,
): string {
  if (!show) return `${what} was changed by the upgrade and by somebody since. Which one stays?`;
  return `${what} was ${show(before)} before the upgrade and is ${show(now)} now. Which one stays?`;
}

function nameIn(field: string | null): string {
  return (field ?? '').slice('properties.'.length);
}

const longest = 120;

function shown(value: unknown, hidden: boolean): string {
  if (value === undefined) return 'not there';
  if (hidden && textOf(value) !== '') return 'a secret';
  if (typeof value === 'object' && value !== null && 'commandName' in value) {
    return `"${String(value['commandName'])}" ${textOf((value as { pluginVersion?: unknown }).pluginVersion)}`;
  }
  const text = textOf(value);
  return typeof value === 'object' && value !== null
    ? 'otherwise'
    : JSON.stringify(text.length > longest ? `${text.slice(0, longest)}…` : text);
}
