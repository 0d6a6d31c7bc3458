import { type Activity, switchExpression } from '../../process/index.ts';
import type { RunState } from '../run-state.ts';
import { activityKey, frameChain } from '../scope.ts';
import { displayValue, valueFrom } from '../value.ts';
import { activityOf, type Context, graphOf } from './draft.ts';
import { end, tryText } from './end-activity.ts';
import { enterContainer } from './iterate.ts';
import { lockOf } from './locks-again.ts';
import { orderStep } from './order-step.ts';
import { plain, resolve, scriptText, textOf } from './resolve-text-of.ts';
import { startProcess } from './run-process.ts';

export function begin(
  context: Context,
  frame: string,
  activity: Activity,
  attempt: number,
  previous: string | null,
): undefined {
  const { draft, happened } = context;
  const key = activityKey(frame, activity.name);
  draft.activities[key] = {
    frame,
    name: activity.name,
    type: activity.type,
    state: 'running',
    attempt,
    ...(previous === null ? {} : { previous }),
  };
  happened.push({ type: 'activity-started', activity: key, kind: activity.type, attempt });
  const script = activity['preconditionScript'];
  if (typeof script !== 'string' || script.trim() === '') return perform(context, key);
  tryText(context, key, () => {
    const resolved = resolve(context, key, script, 'precondition', scriptText);
    draft.activities[key]!.state = 'deciding';
    context.commands.push({ type: 'decidePrecondition', key, script: resolved });
  });
}

/** Does what the activity's type says; its precondition holds. */
export function perform(context: Context, key: string): undefined {
  const { draft, commands } = context;
  const activity = activityOf(context, key);
  const state = draft.activities[key]!;
  state.state = 'running';
  delete state.message;
  tryText(context, key, () => {
    switch (activity.type) {
      case 'plugin':
        return orderStep(context, key, activity);
      case 'finish':
      case 'join':
      case 'start':
        return end(context, key, 'success');
      case 'switch':
        return decideSwitch(context, key, activity);
      case 'setStatus': {
        const status = String(activity['status'] ?? '').toUpperCase();
        draft.frames[border(context, state.frame)]!.forced = status.startsWith('SUCC') ? 'success' : 'failure';
        return end(context, key, 'success');
      }
      case 'createRuntimeProperty': {
        const name = plain(context, key, textOf(activity, 'propertyName', 'name'), 'propertyName');
        draft.runtime[name] = valueFrom(
          resolve(context, key, textOf(activity, 'propertyValue', 'value'), 'propertyValue'),
        );
        return end(context, key, 'success');
      }
      case 'acquireLock':
        state.state = 'locked-out';
        commands.push({ type: 'acquireLock', key, lock: lockOf(context, key) });
        return;
      case 'releaseLock':
        commands.push({ type: 'releaseLock', lock: lockOf(context, key) });
        return end(context, key, 'success');
      case 'processSleep': {
        const text = plain(context, key, textOf(activity, 'sleepTime', 'duration', 'seconds', 'sleep'), 'sleepTime');
        const seconds = Number(text);
        if (!Number.isFinite(seconds) || seconds < 0 || text.trim() === '')
          return end(context, key, 'failure', `It should sleep "${text}" seconds, which is no number.`);
        state.state = 'sleeping';
        commands.push({ type: 'startTimer', key, seconds });
        return;
      }
      case 'manualTask': {
        state.state = 'asking';
        const text = resolve(context, key, textOf(activity, 'description', 'message', 'name'), 'description');
        const shown = displayValue(valueFrom(text)) || activity.name;
        context.happened.push({ type: 'task-asked', activity: key, text: shown });
        commands.push({ type: 'askPerson', key, text: shown });
        return;
      }
      case 'runProcess':
      case 'componentProcess':
        return startProcess(context, key, activity);
      default:
        return enterContainer(context, key, activity);
    }
  });
}

function decideSwitch(context: Context, key: string, activity: Activity): undefined {
  const written = switchExpression(String(activity['propertyName'] ?? ''));
  const value = plain(context, key, written, 'propertyName');
  const edges = graphOf(context, context.draft.activities[key]!.frame).outgoing.get(activity.name) ?? [];
  const known = edges.some((edge) => String(edge.type).toUpperCase() === 'VALUE' && (edge.value ?? '') === value);
  // the edge without a value is the way for every other one
  context.draft.activities[key]!.branch = known ? value : '';
  end(context, key, 'success');
}

function border({ draft }: Context, frameId: string): string {
  return frameChain(draft as RunState, draft.frames[frameId]!).at(-1)!.id;
}
