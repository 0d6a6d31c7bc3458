import { type Activity, type OutputReference, type ProcessDocument, visitReferences } from '../process/index.ts';

/** A reference to an output of an activity that is taken out, in one that stays [STEP-5]. */
export interface LostOutput {
  /** Name of the activity that refers; empty for the process itself. */
  readonly activity: string;
  readonly field: string;
  /** As written, `${p:Activity/output}`. */
  readonly reference: string;
  /** The activity that is gone. */
  readonly gone: string;
}

/** Each reference once per field that holds it; `stays` tells which activities count. */
export function findLostOutputs(
  document: ProcessDocument,
  gone: ReadonlySet<string>,
  stays: (activity: Activity) => boolean,
): LostOutput[] {
  const lost = new Map<string, LostOutput>();
  visitReferences(document, (found) => {
    const name = goneOf(found, gone);
    if (name === null || (found.holder && !stays(found.holder))) return;
    const activity = found.holder?.name ?? '';
    const key = `${activity}\n${found.field}\n${found.text}`;
    if (!lost.has(key)) lost.set(key, { activity, field: found.field, reference: found.text, gone: name });
  });
  return [...lost.values()];
}

/** Any that may be meant counts: rather a question too many than a run that finds nothing. */
export function goneOf({ meant }: OutputReference, gone: ReadonlySet<string>): string | null {
  return meant.find(({ activity }) => gone.has(activity))?.activity ?? null;
}
