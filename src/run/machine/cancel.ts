import { advance, type Context } from './draft.ts';
import { end } from './end-activity.ts';

export function cancel(context: Context, by: string): undefined {
  const { draft, commands, happened } = context;
  if (draft.cancelling) return;
  draft.cancelling = true;
  happened.push({ type: 'cancel-requested', by });
  for (const key of draft.relocking ?? []) {
    // what is done inside of the lock stays done, whoever goes on later
    Object.assign(draft.activities[key]!, { state: 'ended', outcome: 'success' });
    commands.push({ type: 'abandonLock', key });
  }
  delete draft.relocking;
  for (const [key, activity] of Object.entries(draft.activities)) {
    if (activity.state === 'ended') continue;
    if (activity.type === 'plugin' && activity.state === 'running') {
      commands.push({ type: 'cancelStep', key });
      continue;
    }
    if (activity.state === 'sleeping') commands.push({ type: 'stopTimer', key });
    if (activity.state === 'locked-out') commands.push({ type: 'abandonLock', key });
    if (activity.state !== 'running') end(context, key, 'cancelled', `Cancelled by ${by}.`);
  }
  for (const [id, frame] of Object.entries(draft.frames)) if (frame.outcome === null) advance(context, id);
}
