import { LockstepError } from '../../failure/index.ts';
import type { Graph } from '../graph.ts';
import { activityKey } from '../scope.ts';
import { advance, type Context, type Draft, graphOf } from './draft.ts';
import { nextItem } from './iterate.ts';
import { takeLocksAgain } from './locks-again.ts';

export function retry(context: Context, from: readonly string[] | undefined, by: string): undefined {
  const { draft, happened } = context;
  if (draft.status === 'running')
    throw new LockstepError('run-state', 'The run is still under way.', {
      hint: 'Wait for its end, or cancel it first.',
    });
  for (const key of from ?? [])
    if (!draft.activities[key])
      throw new LockstepError('run-state', `The run has no activity "${key}".`, {
        hint: 'See `run show` for its activities.',
      });
  draft.status = 'running';
  draft.cancelling = false;
  happened.push({ type: 'retried', by, ...(from ? { from } : {}) });
  if (!reopen(context, '', new Set(from)))
    throw new LockstepError('run-state', 'Nothing in the run failed, so there is nothing to retry.', {
      hint: 'Name the activity to start again from, or request the process anew.',
    });
  takeLocksAgain(context);
}

/** Takes back what failed in a frame and everything behind it; false when nothing did. */
function reopen(context: Context, frameId: string, from: ReadonlySet<string>): boolean {
  const { draft } = context;
  const frame = draft.frames[frameId]!;
  const graph = graphOf(context, frameId);
  const again: string[] = [];
  const inner: string[] = [];
  for (const name of graph.activities.keys()) {
    const key = activityKey(frameId, name);
    const state = draft.activities[key];
    if (!state) continue;
    const below = Object.values(draft.frames).filter(({ parent }) => parent === key);
    const named = from.has(key);
    const holdsNamed = [...from].some((other) => other !== key && below.some(({ id }) => other.startsWith(`${id}/`)));
    const failed = from.size === 0 && (state.outcome === 'failure' || state.outcome === 'cancelled');
    if (holdsNamed || (failed && below.some(({ outcome }) => outcome !== 'success'))) inner.push(key);
    else if (named || failed) again.push(name);
  }
  if (again.length === 0 && inner.length === 0) return false;
  frame.outcome = null;
  frame.forced = null;
  const behind = reachable(graph, [...again, ...inner.map((key) => draft.activities[key]!.name)]);
  for (const name of new Set([...again, ...behind])) forget(draft, activityKey(frameId, name));
  for (const key of inner) {
    const state = draft.activities[key];
    if (!state) continue;
    state.state = 'running';
    delete state.outcome;
    delete state.message;
    delete state.stopped;
    for (const child of Object.values(draft.frames).filter(({ parent }) => parent === key)) {
      if (from.size > 0 ? [...from].some((other) => other.startsWith(`${child.id}/`)) : child.outcome !== 'success') {
        child.outcome = null;
        if (!reopen(context, child.id, from)) advance(context, child.id);
      }
    }
    while (draft.activities[key]!.state === 'running' && nextItem(context, key));
  }
  advance(context, frameId);
  return true;
}

function reachable(graph: Graph, from: readonly string[]): Set<string> {
  const found = new Set<string>();
  const open = [...from];
  for (let name = open.pop(); name !== undefined; name = open.pop())
    for (const { to } of graph.outgoing.get(name) ?? [])
      if (!found.has(to)) {
        found.add(to);
        open.push(to);
      }
  return found;
}

function forget(draft: Draft, key: string): undefined {
  const state = draft.activities[key];
  if (!state) return;
  if (state.outcome !== 'unreached') draft.attempts[key] = state.attempt;
  delete draft.activities[key];
  for (const [id, frame] of Object.entries(draft.frames)) {
    if (frame.parent !== key) continue;
    for (const [inner, activity] of Object.entries(draft.activities)) if (activity.frame === id) forget(draft, inner);
    delete draft.frames[id];
  }
}
