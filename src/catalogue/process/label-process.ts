import { nameInForm, sameName } from '../../plugin/index.ts';
import { recordActivity } from '../activity.ts';
import type { Catalogue } from '../catalogue.ts';
import { processById, summaryOf } from './find-process.ts';

/** Gives a process the words by which waves choose it. */
export async function labelProcess(catalogue: Catalogue, id: string, labels: readonly string[]): Promise<void> {
  await changeLabels(catalogue, id, () => labels);
}

/** Gives a process one more label, takes one from it, or both; the others stay. False: it was so already. */
export function relabelProcess(
  catalogue: Catalogue,
  id: string,
  { give, take }: { readonly give?: string | undefined; readonly take?: string | undefined },
): Promise<boolean> {
  return changeLabels(catalogue, id, (labels) => [
    ...labels.filter((label) => take === undefined || !sameName(label, take)),
    ...(give === undefined ? [] : [give]),
  ]);
}

function changeLabels(
  catalogue: Catalogue,
  id: string,
  change: (labels: readonly string[]) => readonly string[],
): Promise<boolean> {
  return catalogue.store.transaction(async (tx) => {
    const row = await processById(tx.db, id);
    const labels = [...new Set(change(JSON.parse(row.labels) as string[]).map(nameInForm))].sort();
    const text = JSON.stringify(labels);
    if (text === row.labels) return false;
    await tx.db.updateTable('process').set({ labels: text }).where('id', '=', row.id).execute();
    await recordActivity(tx.db, catalogue, {
      action: 'process.labelled',
      subject: { kind: 'process', id, name: summaryOf(row).name },
      detail: { labels },
    });
    return true;
  });
}
