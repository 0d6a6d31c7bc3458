import type { ProcessActivity, ProcessDocument } from '../../api/types.ts';
import { type Dropped, newOtherActivity, newStep } from './new-activity.ts';
import { freeName } from './process-edit.ts';

/** What the palette offers, as an activity with a name that is free; null where the step type is gone. */
export function makeActivity(
  dropped: Dropped,
  document: ProcessDocument,
  entries: Parameters<typeof newStep>[0][],
  titleOf: (type: string) => string,
): ProcessActivity | null {
  if ('activity' in dropped) return newOtherActivity(dropped.activity, freeName(document, titleOf(dropped.activity)));
  const entry = entries.find(
    ({ pluginId, stepType }) => pluginId === dropped.plugin && stepType.name === dropped.stepType,
  );
  return entry ? newStep(entry, freeName(document, entry.stepType.name)) : null;
}
