import { startWhatCan } from './machine/advance-frame.ts';
import { cancel } from './machine/cancel.ts';
import { advance, type Context, type Documents, type Draft, openFrame } from './machine/draft.ts';
import { end } from './machine/end-activity.ts';
import { perform } from './machine/perform-activity.ts';
import { retry } from './machine/retry.ts';
import { enterProcess } from './machine/run-process.ts';
import type { ProcessPin, RunInput, RunMachineEvent, RunState, Transition } from './run-state.ts';

/** A run before its first event. */
export function newRun(
  root: ProcessPin,
  input: RunInput,
  pins: Readonly<Record<string, ProcessPin>> = {},
  plugins: Readonly<Record<string, string>> = {},
): RunState {
  return {
    status: 'running',
    cancelling: false,
    root,
    pins,
    plugins,
    input,
    runtime: {},
    attempts: {},
    frames: {},
    activities: {},
  };
}

/**
 * One step of a run: what it was, what came in → what it is, what to do about it, what to write down. Pure; an event
 * that comes twice or too late changes nothing. Throws `run-state` for a retry of a run that has nothing to retry, and
 * `process-not-valid` for a graph that cannot be executed.
 *
 * An activity starts when every edge that leads to it is decided and at least one was taken. An edge is taken by the
 * end of its source: ALWAYS at any end, SUCCESS and FAILURE by outcome, VALUE by the value of a switch. An activity
 * whose edges were all not taken is unreached, and so are those behind it.
 */
export function next(state: RunState, event: RunMachineEvent, documents: Documents): Transition {
  const context: Context = {
    draft: structuredClone(state) as Draft,
    documents,
    commands: [],
    happened: [],
    waiting: [],
  };
  react(context, event);
  for (let turn = context.waiting.shift(); turn; turn = context.waiting.shift())
    startWhatCan(context, turn.frame, turn.names);
  return { state: context.draft as RunState, commands: context.commands, happened: context.happened };
}

function react(context: Context, event: RunMachineEvent): undefined {
  const { draft, commands, happened } = context;
  if (event.type === 'start') {
    if (draft.frames['']) return;
    openFrame(context, { id: '', pin: draft.root, path: [], parent: null, scopes: {}, border: true });
    return;
  }
  if (event.type === 'retry') return retry(context, event.from, event.by);
  if (draft.status !== 'running') return;
  if (event.type === 'cancel') return cancel(context, event.by);

  const activity = draft.activities[event.key];
  if (!activity || activity.state === 'ended') return;
  switch (event.type) {
    case 'stepEnded':
      if (activity.type !== 'plugin' || (activity.state !== 'running' && activity.state !== 'uncertain')) return;
      if (event.outputs) activity.outputs = event.outputs;
      return end(context, event.key, event.outcome, event.message);
    case 'preconditionDecided':
      if (activity.state !== 'deciding') return;
      if (event.error) return end(context, event.key, 'failure', event.error);
      if (!event.holds) return end(context, event.key, 'skipped', 'Its precondition is not true.');
      return perform(context, event.key);
    case 'processLoaded':
      if (activity.state !== 'loading') return;
      return event.pin
        ? enterProcess(context, event.key, event.pin)
        : end(context, event.key, 'failure', 'The process that it runs does not exist.');
    case 'lockGranted':
      if (activity.state === 'locked-out') end(context, event.key, 'success');
      return goOnInside(context, event.key);
    case 'timerFired':
      if (activity.state === 'sleeping') end(context, event.key, 'success');
      return;
    case 'taskAnswered':
      if (activity.state !== 'asking') return;
      happened.push({ type: 'task-answered', activity: event.key, outcome: event.outcome, by: event.by });
      if (event.outputs) activity.outputs = event.outputs;
      return end(
        context,
        event.key,
        event.outcome,
        event.outcome === 'failure' ? `Declined by ${event.by}.` : undefined,
      );
    case 'stepUncertain':
      if (activity.state !== 'running') return;
      activity.state = 'uncertain';
      activity.message = event.message;
      happened.push({ type: 'activity-uncertain', activity: event.key, message: event.message });
      commands.push({ type: 'askPerson', key: event.key, text: event.message });
      if (draft.cancelling) end(context, event.key, 'cancelled', event.message);
      return;
    case 'uncertaintyAnswered':
      if (activity.state !== 'uncertain') return;
      happened.push({ type: 'uncertainty-answered', activity: event.key, answer: event.answer, by: event.by });
      if (event.answer !== 'repeat') return end(context, event.key, event.answer, `Decided by ${event.by}.`);
      activity.attempt++;
      return perform(context, event.key);
  }
}

/** After a retry nothing goes on before the run has all locks again that it had. */
function goOnInside(context: Context, key: string): undefined {
  const { draft } = context;
  if (!draft.relocking) return;
  draft.relocking = draft.relocking.filter((other) => other !== key);
  if (draft.relocking.length > 0) return;
  delete draft.relocking;
  for (const [id, frame] of Object.entries(draft.frames)) if (frame.outcome === null) advance(context, id);
}
