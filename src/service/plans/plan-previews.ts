import type { UndoPreview } from '../../api/plans.ts';
import {
  type Catalogue,
  type PlanEntry,
  showPlan,
  showProcess,
  undoPreview,
  upgradeOfPlan,
} from '../../catalogue/index.ts';
import { LockstepError } from '../../failure/index.ts';
import type { ProcessDocument } from '../../process/index.ts';
import { applyToDocument } from '../../upgrade/index.ts';
import type { Actor } from '../accounts/actor.ts';
import type { Given } from '../act.ts';
import { handOut } from '../processes/secure-values.ts';

/** One process of a plan before and after; after is null while a question about it is open. Nothing is written. */
export async function previewEntry(
  catalogue: Catalogue,
  actor: Actor,
  planId: string,
  entry: PlanEntry,
): Promise<{ before: ProcessDocument; after: ProcessDocument | null }> {
  const { document: before } = await showProcess(catalogue, entry.process.id, entry.baseVersion);
  const both = async (become: ProcessDocument) => {
    const [shown, after] = await handOut(catalogue, actor, [before, become] as const);
    return { before: shown, after };
  };
  if (entry.resultVersion !== null) {
    const { document } = await showProcess(catalogue, entry.process.id, entry.resultVersion);
    return both(document);
  }
  const plan = await showPlan(catalogue, planId);
  const upgrade = await upgradeOfPlan(catalogue, planId);
  try {
    return await both(applyToDocument(upgrade, entry, before, plan.answers).document);
  } catch (error) {
    if (error instanceof LockstepError && error.code === 'plan-has-questions')
      return { before: (await handOut(catalogue, actor, [before] as const))[0], after: null };
    throw error;
  }
}

/** What undoing would do to each process, decided by the rule that undoing itself follows [DO-6]. */
export async function previewUndo(catalogue: Catalogue, id: string): Promise<Given<UndoPreview>> {
  const plan = await showPlan(catalogue, id);
  const { restored, merged, conflicts } = await undoPreview(catalogue, id);
  return {
    restored,
    merged: merged.length,
    conflicts: conflicts.map(({ id: processId, name, questions }) => ({
      processId,
      name,
      text: questions.map(({ message }) => message).join('\n'),
      questions,
    })),
    warnings: merged.flatMap(({ name, warnings = [] }) => warnings.map(({ message }) => `${name}: ${message}`)),
    formerVersion: Number(plan.formerVersion ?? plan.from[0] ?? 0),
  };
}
