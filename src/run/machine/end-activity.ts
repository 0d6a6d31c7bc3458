import { LockstepError } from '../../failure/index.ts';
import { messageOf, type Outcome } from '../run-state.ts';
import { activityOf, advance, type Context, graphOf } from './draft.ts';

export function end(context: Context, key: string, result: Outcome, message?: string): undefined {
  const { draft, happened } = context;
  const state = draft.activities[key]!;
  const allowed = result === 'failure' && String(activityOf(context, key)['allowFailure']) === 'true';
  state.state = 'ended';
  state.outcome = allowed ? 'success' : result;
  if (allowed) state.allowedFailure = true;
  if (message !== undefined) state.message = message;
  happened.push({
    type: 'activity-ended',
    activity: key,
    outcome: state.outcome,
    ...(allowed ? { allowedFailure: true } : {}),
    ...(message === undefined ? {} : { message }),
    ...(state.branch === undefined ? {} : { branch: state.branch }),
  });
  const names = graphOf(context, state.frame).outgoing.get(state.name) ?? [];
  if (draft.frames[state.frame]!.outcome === null) advance(context, state.frame, new Set(names.map((edge) => edge.to)));
}

/** A text that does not resolve fails its activity, never the whole run. */
export function tryText(context: Context, key: string, action: () => void): undefined {
  try {
    action();
  } catch (error) {
    if (!(error instanceof LockstepError)) throw error;
    end(context, key, 'failure', messageOf(error));
  }
}
