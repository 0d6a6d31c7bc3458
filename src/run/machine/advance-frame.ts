import type { Edge } from '../../process/index.ts';
import type { ActivityState, Frame, Outcome } from '../run-state.ts';
import { activityKey } from '../scope.ts';
import { activityOf, type Context, type Draft, graphOf } from './draft.ts';
import { end } from './end-activity.ts';
import { nextItem } from './iterate.ts';
import { begin } from './perform-activity.ts';

/** Starts what can start in a frame, and ends the frame when everything in it has ended. */
export function startWhatCan(context: Context, frameId: string, names: Iterable<string> | undefined): undefined {
  const { draft } = context;
  if (!draft.frames[frameId] || draft.frames[frameId].outcome !== null) return;
  if (draft.relocking) return;
  const graph = graphOf(context, frameId);
  const open = [...(names ?? graph.activities.keys())];
  for (let index = 0; index < open.length; index++) {
    const name = open[index]!;
    const key = activityKey(frameId, name);
    if (draft.activities[key]) continue;
    const edges = graph.incoming.get(name) ?? [];
    const sources = edges.map((edge) => draft.activities[activityKey(frameId, edge.from!)]);
    if (sources.some((source) => source?.state !== 'ended')) continue;
    const taken = edges.filter((edge, index) => isTaken(edge, sources[index]!));
    const type = graph.activities.get(name)!.type;
    const attempt = (draft.attempts[key] ?? 0) + 1;
    if (graph.starts.has(name) || taken.length > 0) {
      if (!draft.cancelling) {
        const previous = taken.length > 0 ? activityKey(frameId, taken.at(-1)!.from!) : null;
        begin(context, frameId, graph.activities.get(name)!, attempt, previous);
        continue;
      }
      record(draft, frameId, name, type, attempt, 'cancelled');
    } else record(draft, frameId, name, type, attempt, 'unreached');
    open.push(...(graph.outgoing.get(name) ?? []).map((edge) => edge.to));
  }
  settle(context, frameId);
}

function record(draft: Draft, frame: string, name: string, type: string, attempt: number, outcome: Outcome): undefined {
  draft.activities[activityKey(frame, name)] = { frame, name, type, state: 'ended', outcome, attempt };
}

function isTaken(edge: Edge, source: ActivityState): boolean {
  const { outcome } = source;
  if (outcome === 'unreached' || outcome === 'cancelled') return false;
  const type = String(edge.type ?? 'ALWAYS').toUpperCase();
  if (type === 'ALWAYS') return true;
  if (type === 'SUCCESS') return outcome === 'success' || outcome === 'skipped';
  if (type === 'FAILURE') return outcome === 'failure';
  return source.branch !== undefined && source.branch === (edge.value ?? '');
}

function settle(context: Context, frameId: string): undefined {
  const { draft, commands, happened } = context;
  const frame = draft.frames[frameId]!;
  if (frame.outcome !== null) return;
  const graph = graphOf(context, frameId);
  const states = [...graph.activities.keys()].map((name) => draft.activities[activityKey(frameId, name)]);
  if (states.some((activity) => activity?.state !== 'ended')) return;
  const failed = states.some(
    (activity) =>
      activity!.outcome === 'failure' &&
      !(graph.outgoing.get(activity!.name) ?? []).some((edge) => String(edge.type).toUpperCase() === 'FAILURE'),
  );
  const cancelled = draft.cancelling || states.some((activity) => activity!.outcome === 'cancelled');
  frame.outcome = cancelled ? 'cancelled' : (frame.forced ?? (failed ? 'failure' : 'success'));
  if (frame.parent !== null) return childEnded(context, frame.parent, frame);
  draft.status = frame.outcome;
  happened.push({ type: 'run-ended', status: frame.outcome });
  commands.push({ type: 'runEnded', status: frame.outcome });
}

function childEnded(context: Context, key: string, frame: Frame): undefined {
  const { draft } = context;
  const holder = draft.activities[key]!;
  if (holder.state === 'ended') return;
  const children = Object.values(draft.frames).filter(({ parent }) => parent === key);
  const failFast = String(activityOf(context, key)['failFast']) === 'true';
  if (frame.outcome === 'failure' && failFast) holder.stopped = true;
  if (nextItem(context, key)) return;
  if (children.some(({ outcome }) => outcome === null)) return;
  const bad = children.find(({ outcome }) => outcome !== 'success');
  end(
    context,
    key,
    draft.cancelling ? 'cancelled' : (bad?.outcome ?? 'success'),
    bad
      ? `${bad.border ? `"${bad.pin.name}"` : bad.id.slice(key.length) || 'It'} ended with ${bad.outcome}.`
      : undefined,
  );
}
