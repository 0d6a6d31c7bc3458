import type { Problem } from '../failure/index.ts';
import { checkGraph, formatEdge, type ProcessDocument, sameJson } from '../process/index.ts';
import { answerTo } from './answer-questions.ts';
import { type MeetingPoint, mergeDocuments } from './merge-documents.ts';
import type { Answers, Question } from './question.ts';
import { questionId } from './questions.ts';

export interface UndoInput {
  readonly processId: string;
  /** As it was when the upgrade was applied. */
  readonly before: ProcessDocument;
  /** What applying made of it. */
  readonly applied: ProcessDocument;
  /** As it is now. */
  readonly current: ProcessDocument;
  readonly answers?: Answers;
}

/**
 * `restored`: the very `before`. `merged`: the upgrade is taken back and the edits since stay. `conflict`: an edit and the
 * undo concern the same thing, and a person has to choose.
 */
export type Undone =
  | { readonly kind: 'restored'; readonly document: ProcessDocument }
  | { readonly kind: 'merged'; readonly document: ProcessDocument; readonly warnings: readonly Problem[] }
  | { readonly kind: 'conflict'; readonly questions: readonly Question[] };

/** Takes an upgrade of one process back; edits that people made since are kept [DO-6]. */
export function undoDocument(input: UndoInput): Undone {
  const { before, applied, current, answers = {} } = input;
  if (sameJson(current, applied)) return { kind: 'restored', document: before };
  const { document, open, danglingEdges } = mergeDocuments(applied, current, before, (point) => {
    const answer = answerTo(ask(input.processId, point), answers);
    return answer === undefined ? undefined : answer === 'before' ? 'theirs' : 'ours';
  });
  if (open.length > 0) return { kind: 'conflict', questions: open.map((point) => ask(input.processId, point)) };
  if (sameJson(document, before)) return { kind: 'restored', document: before };
  const known = new Set([before, current].flatMap((other) => checkGraph(other).map(({ message }) => message)));
  const warnings = checkGraph(document).filter(({ message }) => !known.has(message));
  const lost = danglingEdges.map(
    (edge): Problem => ({
      code: 'edge-not-restored',
      severity: 'warning',
      message: `The edge ${formatEdge(edge)} is left out: one of its activities was removed since.`,
    }),
  );
  return { kind: 'merged', document, warnings: [...lost, ...warnings] };
}

function ask(processId: string, { activity, field }: MeetingPoint): Question {
  const what = field === null ? `"${activity}"` : activity === '' ? `"${field}"` : `"${field}" of "${activity}"`;
  return {
    id: questionId('merge-conflict', { processId, activity }, field ?? ''),
    kind: 'merge-conflict',
    owner: 'process-owner',
    processId,
    activity,
    property: field?.startsWith('properties.') ? field.slice('properties.'.length) : field,
    message: `${what} was changed by the upgrade and by somebody since. Which one stays?`,
    choices: [
      { answer: 'before', label: 'As it was before the upgrade' },
      { answer: 'current', label: 'As it is now' },
    ],
    freeText: false,
    groupKey: 'merge-conflict',
  };
}

/** The process version that a plan looked at is not the latest any more: it is planned again, never overwritten [DO-4]. */
export function isEdited(processPlan: { readonly baseVersion: number }, currentVersion: number): boolean {
  return processPlan.baseVersion !== currentVersion;
}
