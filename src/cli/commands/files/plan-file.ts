import { LockstepError, type Problem, problemOf } from '../../../failure/index.ts';
import { fillExport, findProcesses, nameShown, type ProcessDocument } from '../../../process/index.ts';
import {
  type Answers,
  applyToDocument,
  type CompiledUpgrade,
  type PlannedProcess,
  planProcess,
} from '../../../upgrade/index.ts';

/** What becomes of a file. `untouched`: it holds no use below the target. */
export const fileClasses = ['untouched', 'carried', 'carried-with-warnings', 'needs-answers', 'refused'] as const;
export type FileClass = (typeof fileClasses)[number];

export interface FilePlan {
  readonly file: string;
  readonly class: FileClass;
  readonly planned: readonly PlannedProcess[];
  /** How many of `planned` are drafts; their names say which. */
  readonly drafts: number;
  /** Why it is refused, and what is noted about it. */
  readonly problems: readonly Problem[];
  /** What it will hold; null where it stays as it is. */
  readonly after: string | null;
}

/** What an upgrade does to one file: the text that it becomes, or why it stays. Nothing is written. */
export function planFile(
  upgrade: CompiledUpgrade,
  { file, text }: { readonly file: string; readonly text: string },
  answers: Answers,
): FilePlan {
  try {
    const { written, shape, processes, problems } = findProcesses(text, file);
    const planned: PlannedProcess[] = [];
    let changed = false;
    let drafts = 0;
    const documents = processes.map(({ kind, owner, draft, document, ...one }, index): ProcessDocument => {
      // an application repeats a template in each component: one name, several places
      const id = `${file}#${shape.places[index]!.join('/')}`;
      const name = nameShown(one.name, draft);
      const plan = planProcess(upgrade, { id, kind, owner, name, version: 1, document }, answers);
      if (!plan) return document;
      planned.push(plan);
      if (draft) drafts++;
      if (plan.open > 0) return document;
      const applied = applyToDocument(upgrade, plan, document, answers);
      changed ||= applied.changed;
      return applied.document;
    });
    const whole = { file, planned, drafts, problems };
    if (planned.length === 0) return { ...whole, class: 'untouched', after: null };
    if (planned.some(({ open }) => open > 0)) return { ...whole, class: 'needs-answers', after: null };
    const warned = planned.some(({ warnings }) => warnings.length > 0);
    const after = changed ? written.rewrite(fillExport(shape, documents)) : null;
    return { ...whole, class: warned ? 'carried-with-warnings' : 'carried', after: after === text ? null : after };
  } catch (error) {
    // an answer that fits nothing is a fault of the answers, not of the file
    if (!(error instanceof LockstepError) || error.code === 'plan-answer-not-valid') throw error;
    return refused(file, error);
  }
}

export function refused(file: string, error: LockstepError): FilePlan {
  return { file, class: 'refused', planned: [], drafts: 0, problems: [problemOf(error)], after: null };
}

/** Values that somebody chose and that go with this file [PROP-5]. */
export function lostIn({ planned }: Pick<FilePlan, 'planned'>): number {
  return planned
    .flatMap(({ uses }) => uses)
    .flatMap(({ properties }) => properties)
    .filter(({ chosen }) => chosen).length;
}
