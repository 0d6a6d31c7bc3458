import { type Activity, findReferences, type ProcessDocument, visitReferringTexts } from '../process/index.ts';

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

/** Each reference once per activity that holds it; `stays` tells which activities count. */
export function findLostOutputs(
  document: ProcessDocument,
  gone: ReadonlySet<string>,
  stays: (activity: Activity) => boolean,
): LostOutput[] {
  const lost = new Map<string, LostOutput>();
  visitReferringTexts(document, (activity, field, text) => {
    if (activity && !stays(activity)) return;
    for (const { text: reference, activity: name } of findReferences(text)) {
      if (!gone.has(name)) continue;
      const key = `${activity?.name ?? ''}\n${reference}`;
      if (!lost.has(key)) lost.set(key, { activity: activity?.name ?? '', field, reference, gone: name });
    }
  });
  return [...lost.values()];
}
