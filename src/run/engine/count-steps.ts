import { type Activity, type ProcessDocument, visitActivities } from '../../process/index.ts';
import { graphAt } from '../graph.ts';
import { literalReference } from '../literal-reference.ts';
import { type ActivityState, type Frame, type ProcessPin, type RunState, referenceKey } from '../run-state.ts';
import { activityKey } from '../scope.ts';

/** How many steps a run has, as far as it is known, and how many of them came to an end of their own. */
export interface StepCount {
  readonly all: number;
  readonly done: number;
}

type Documents = (pin: ProcessPin) => ProcessDocument;

/**
 * Counts what the state knows (each turn of an iterator, each process that was begun) and, for what has not begun, what is
 * written in the processes. A step that no edge led to, or that was cancelled, was never done.
 */
export function countSteps(state: RunState, documents: Documents): StepCount {
  let all = 0;
  let done = 0;
  for (const frame of Object.values(state.frames))
    for (const activity of graphAt(documents(frame.pin), frame.path).activities.values()) {
      const now = state.activities[activityKey(frame.id, activity.name)];
      if (activity.type !== 'plugin') all += notBegun(state, frame, activity, now, documents);
      else {
        all++;
        if (now?.state === 'ended' && now.outcome !== 'unreached' && now.outcome !== 'cancelled') done++;
      }
    }
  return { all, done };
}

/** Steps below an activity that holds others, where they are in no frame yet. */
function notBegun(
  state: RunState,
  { pin }: Frame,
  activity: Activity,
  now: ActivityState | undefined,
  documents: Documents,
): number {
  if (now?.pending) return now.pending.length * written(state, activity, documents);
  const key = now && activityKey(now.frame, now.name);
  const entered = key !== undefined && Object.values(state.frames).some(({ parent }) => parent === key);
  return entered ? 0 : written(state, activity, documents, [pin.processId]);
}

function written(state: RunState, holder: Activity, documents: Documents, callers: readonly string[] = []): number {
  let steps = 0;
  visitActivities(holder, (activity) => {
    if (activity.type === 'plugin') steps++;
    const reference = /^(runProcess|componentProcess)$/.test(activity.type) ? literalReference(activity) : null;
    const called = reference && state.pins[referenceKey(reference)];
    if (called && !callers.includes(called.processId))
      steps += written(state, documents(called).rootActivity, documents, [...callers, called.processId]);
  });
  return steps;
}
