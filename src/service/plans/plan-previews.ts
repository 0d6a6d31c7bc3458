import type { UndoPreview } from '../../api/plans.ts';
import {
  type Catalogue,
  listPlanEntries,
  type PlanEntry,
  showPlan,
  showPlugin,
  showProcess,
} from '../../catalogue/index.ts';
import { LockstepError } from '../../failure/index.ts';
import type { ProcessDocument } from '../../process/index.ts';
import { applyToDocument, compileUpgrade, undoDocument } from '../../upgrade/index.ts';
import type { Given } from '../act.ts';
import { hideSecureValues, secureProperties } from '../processes/secure-values.ts';

/** One process of a plan before and after; after is null while a question about it is open. Nothing is written. */
export async function previewEntry(
  catalogue: Catalogue,
  planId: string,
  entry: PlanEntry,
): Promise<{ before: ProcessDocument; after: ProcessDocument | null }> {
  const isSecure = await secureProperties(catalogue);
  const { document: before } = await showProcess(catalogue, entry.process.id, entry.baseVersion);
  const hide = (document: ProcessDocument): ProcessDocument => hideSecureValues(document, isSecure);
  if (entry.resultVersion !== null) {
    const { document } = await showProcess(catalogue, entry.process.id, entry.resultVersion);
    return { before: hide(before), after: hide(document) };
  }
  const plan = await showPlan(catalogue, planId);
  const plugin = await showPlugin(catalogue, plan.plugin.id);
  const upgrade = compileUpgrade({
    plugin: { id: plugin.id, names: [plugin.name, ...plugin.versions.map(({ name }) => name)] },
    definitions: plugin.definitions,
    upgradeFile: plugin.upgradeFiles.get(plan.to) ?? null,
    to: plan.to,
    options: plan.options,
  });
  try {
    return { before: hide(before), after: hide(applyToDocument(upgrade, entry, before, plan.answers).document) };
  } catch (error) {
    if (error instanceof LockstepError && error.code === 'plan-has-questions')
      return { before: hide(before), after: null };
    throw error;
  }
}

/** What undoing would do to each process, decided by the rule that undoing itself follows [DO-6]. */
export async function previewUndo(catalogue: Catalogue, id: string): Promise<Given<UndoPreview>> {
  const plan = await showPlan(catalogue, id);
  const preview = { restored: 0, merged: 0, conflicts: [] as Given<UndoPreview>['conflicts'][number][] };
  for (let after: string | undefined; ; ) {
    const page = await listPlanEntries(catalogue, id, { state: 'applied', ...(after !== undefined && { after }) });
    for (const entry of page.entries) {
      if (entry.resultVersion === null) continue;
      const current = await showProcess(catalogue, entry.process.id).catch(() => null);
      if (!current) continue;
      if (current.version === entry.resultVersion) {
        preview.restored += 1;
        continue;
      }
      const before = await showProcess(catalogue, entry.process.id, entry.baseVersion);
      const applied = await showProcess(catalogue, entry.process.id, entry.resultVersion);
      const undone = undoDocument({
        processId: entry.process.id,
        before: before.document,
        applied: applied.document,
        current: current.document,
      });
      if (undone.kind === 'restored') preview.restored += 1;
      else if (undone.kind === 'merged') preview.merged += 1;
      else {
        preview.conflicts.push({
          processId: entry.process.id,
          name: entry.process.name,
          text: undone.questions.map(({ message }) => message).join('\n'),
          questions: undone.questions,
        });
      }
    }
    if (page.next === null) break;
    after = page.next;
  }
  return { ...preview, formerVersion: Number(plan.formerVersion ?? plan.from[0] ?? 0) };
}
