// Above 400 lines on purpose: one transition function and the steps it consists of, which change the same draft.
import { LockstepError } from '../failure/index.ts';
import type { Activity, Edge, ProcessDocument } from '../process/index.ts';
import { resolveText } from './expression.ts';
import { type Graph, graphAt } from './graph.ts';
import {
  type ActivityState,
  type Frame,
  type Happening,
  type Item,
  messageOf,
  type Outcome,
  type ProcessPin,
  type ProcessReference,
  type RunCommand,
  type RunInput,
  type RunMachineEvent,
  type RunState,
  referenceKey,
  type Transition,
} from './run-state.ts';
import { activityKey, askedAs, frameChain, lookupIn } from './scope.ts';
import { displayValue, type Part, type Value, type Values, valueFrom } from './value.ts';

/** Gives the document of a pinned process; the caller has loaded it before. */
export type Documents = (pin: ProcessPin) => ProcessDocument;

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

type Writable<T> = { -readonly [K in keyof T]: T[K] };
type DraftActivity = Writable<ActivityState>;
type DraftFrame = Writable<Frame>;

interface Draft extends Omit<Writable<RunState>, 'frames' | 'activities' | 'runtime' | 'pins' | 'attempts'> {
  attempts: Record<string, number>;
  frames: Record<string, DraftFrame>;
  activities: Record<string, DraftActivity>;
  runtime: Record<string, Value>;
  pins: Record<string, ProcessPin>;
}

interface Context {
  readonly draft: Draft;
  readonly documents: Documents;
  readonly commands: RunCommand[];
  readonly happened: Happening[];
  /** Graphs in which something may start now; a list rather than recursion, since processes can be long. */
  readonly waiting: { readonly frame: string; readonly names: Iterable<string> | undefined }[];
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
      return;
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

// ── frames ────────────────────────────────────────────────────────────────────────────────────────────────────────

function openFrame(context: Context, frame: Omit<Frame, 'outcome' | 'forced'>): undefined {
  const { draft } = context;
  draft.frames[frame.id] = { ...frame, outcome: null, forced: null };
  advance(context, frame.id);
}

function graphOf({ draft, documents }: Context, frameId: string): Graph {
  const frame = draft.frames[frameId]!;
  return graphAt(documents(frame.pin), frame.path);
}

function advance(context: Context, frame: string, names?: Iterable<string>): undefined {
  context.waiting.push({ frame, names });
}

/** Starts what can start in a frame, and ends the frame when everything in it has ended. */
function startWhatCan(context: Context, frameId: string, names: Iterable<string> | undefined): undefined {
  const { draft } = context;
  if (!draft.frames[frameId] || draft.frames[frameId].outcome !== null) return;
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
    bad ? `${bad.id.slice(key.length) || 'It'} ended with ${bad.outcome}.` : undefined,
  );
}

// ── activities ────────────────────────────────────────────────────────────────────────────────────────────────────

function activityOf(context: Context, key: string): Activity {
  const { frame, name } = context.draft.activities[key]!;
  return graphOf(context, frame).activities.get(name)!;
}

function begin(
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
function perform(context: Context, key: string): undefined {
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
        commands.push({ type: 'acquireLock', key, lock: plain(context, key, lockOf(activity), 'lockName') });
        return;
      case 'releaseLock':
        commands.push({ type: 'releaseLock', lock: plain(context, key, lockOf(activity), 'lockName') });
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

function orderStep(context: Context, key: string, activity: Activity): undefined {
  const { draft } = context;
  const state = draft.activities[key]!;
  const frame = draft.frames[state.frame]!;
  const asked = askedAs(draft as RunState, frame, activity.name);
  const given = activity['properties'];
  const values = { ...(given !== null && typeof given === 'object' ? (given as Record<string, unknown>) : {}) };
  const properties: Record<string, Part[]> = {};
  for (const [name, value] of Object.entries(values)) {
    const text = value === null || value === undefined ? '' : String(value);
    properties[name] = resolve(context, key, text, `property "${name}"`);
  }
  for (const [name, value] of Object.entries(draft.input.steps)) {
    if (!name.startsWith(`${asked}/`)) continue;
    const property = name.slice(asked.length + 1);
    // [PROP-3] an answer stands in for a value that the process does not have, and replaces one that it has
    if (!property.includes('/'))
      properties[property] = typeof value === 'string' ? [{ kind: 'text', text: value }] : [...value.parts];
  }
  const dir = activity['workingDir'] ?? workingDirOf(context, state.frame);
  const workingDir = typeof dir === 'string' && dir !== '' ? resolve(context, key, dir, 'working directory') : null;
  context.commands.push({
    type: 'runStep',
    key,
    attempt: state.attempt,
    activity,
    pin: frame.pin,
    properties,
    workingDir,
  });
}

function workingDirOf({ draft, documents }: Context, frameId: string): unknown {
  const document = documents(draft.frames[frameId]!.pin);
  const properties = Array.isArray(document['properties']) ? (document['properties'] as Record<string, unknown>[]) : [];
  return (
    document['defaultWorkingDir'] ??
    document['workingDir'] ??
    properties.find((property) => property?.['name'] === 'workingDir')?.['value']
  );
}

function decideSwitch(context: Context, key: string, activity: Activity): undefined {
  const name = String(activity['propertyName'] ?? '');
  const written = name.includes('${') ? name : `\${p?:${name}}`;
  const value = plain(context, key, written, 'propertyName');
  const edges = graphOf(context, context.draft.activities[key]!.frame).outgoing.get(activity.name) ?? [];
  const known = edges.some((edge) => String(edge.type).toUpperCase() === 'VALUE' && (edge.value ?? '') === value);
  // the edge without a value is the way for every other one
  context.draft.activities[key]!.branch = known ? value : '';
  end(context, key, 'success');
}

function startProcess(context: Context, key: string, activity: Activity): undefined {
  const { draft, commands } = context;
  const component = activity.type === 'componentProcess';
  const owner = component ? textOf(activity, 'componentName') || '${p?:component.name}' : '';
  const reference: ProcessReference = {
    kind: component ? 'component' : 'generic',
    name: plain(
      context,
      key,
      textOf(activity, component ? 'componentProcessName' : 'processName', 'processName'),
      'process',
    ),
    owner: component ? plain(context, key, owner, 'componentName') : null,
  };
  const pin = draft.pins[referenceKey(reference)];
  if (pin) return enterProcess(context, key, pin);
  draft.activities[key]!.state = 'loading';
  commands.push({ type: 'loadProcess', key, reference });
}

function enterProcess(context: Context, key: string, pin: ProcessPin): undefined {
  const { draft, documents } = context;
  const state = draft.activities[key]!;
  const callers = callersOf(draft, draft.frames[state.frame]!);
  if (callers.some(({ processId }) => processId === pin.processId)) {
    const circle = [...callers.map(({ name }) => name).reverse(), pin.name].join(' → ');
    return end(context, key, 'failure', `Processes run each other in a circle: ${circle}.`);
  }
  state.state = 'running';
  tryText(context, key, () => {
    const activity = activityOf(context, key);
    const given = activity['properties'];
    const request: Record<string, Value> = {};
    for (const [name, value] of Object.entries(given !== null && typeof given === 'object' ? given : {}))
      request[name] = valueFrom(resolve(context, key, String(value ?? ''), `property "${name}"`));
    const asked = askedAs(draft as RunState, draft.frames[state.frame]!, state.name);
    for (const [name, value] of Object.entries(draft.input.steps)) {
      const property = name.startsWith(`${asked}/`) ? name.slice(asked.length + 1) : '/';
      if (!property.includes('/')) request[property] = value;
    }
    const shared = Object.assign(
      {},
      ...frameChain(draft as RunState, draft.frames[state.frame]!)
        .map((f) => f.scopes)
        .reverse(),
    );
    documents(pin);
    openFrame(context, {
      id: `${key}>`,
      pin,
      path: [],
      parent: key,
      scopes: { ...without(shared, 'iteration'), request },
      border: true,
    });
  });
}

function callersOf(draft: Draft, frame: Frame): ProcessPin[] {
  const pins = [frame.pin];
  for (let at = frame; at.parent !== null; ) {
    at = draft.frames[draft.activities[at.parent]!.frame]!;
    if (at.pin.processId !== pins.at(-1)!.processId) pins.push(at.pin);
  }
  return pins;
}

/** Iterators go through their list; any other activity with children is a group that holds them. */
function enterContainer(context: Context, key: string, activity: Activity): undefined {
  const { draft } = context;
  const state = draft.activities[key]!;
  if (!activity.children?.length)
    return end(context, key, 'failure', `Lockstep does not know activities of type "${activity.type}".`);
  const items = /iterator$/i.test(activity.type) ? itemsOf(context, key, activity) : [''];
  if (items === null)
    return end(
      context,
      key,
      'failure',
      `No list is given for the iterator. Give one with the request: ${activity.name}.`,
    );
  state.pending = items;
  state.begun = 0;
  if (items.length === 0) return end(context, key, 'success');
  while (draft.activities[key]!.state === 'running' && nextItem(context, key));
}

function itemsOf(context: Context, key: string, activity: Activity): readonly Item[] | null {
  const { lists } = context.draft.input;
  const frame = context.draft.frames[context.draft.activities[key]!.frame]!;
  const given =
    lists[askedAs(context.draft as RunState, frame, activity.name)] ?? lists[activity.name] ?? lists[activity.type];
  if (given) return given;
  const own = activity['items'];
  if (Array.isArray(own)) return own as Item[];
  return typeof own === 'string' ? splitList(plain(context, key, own, 'items')) : null;
}

/** A list as text: one item a line, or separated by commas. */
export function splitList(text: string): string[] {
  return text
    .split(/[\n,]/)
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** Begins the next item where the limit allows; false when none was begun. */
function nextItem(context: Context, key: string): boolean {
  const { draft } = context;
  const state = draft.activities[key]!;
  const [item, ...rest] = state.pending ?? [];
  if (item === undefined || state.stopped || draft.cancelling) return false;
  const activity = activityOf(context, key);
  const limit = Number(activity['maxIteration'] ?? -1);
  const open = Object.values(draft.frames).filter(({ parent, outcome }) => parent === key && outcome === null).length;
  if (limit > 0 && open >= limit) return false;
  const number = (state.begun ?? 0) + 1;
  state.pending = rest;
  state.begun = number;
  const outer = draft.frames[state.frame]!;
  openFrame(context, {
    id: `${key}#${number}`,
    pin: outer.pin,
    path: [...outer.path, activity.name],
    parent: key,
    scopes: /iterator$/i.test(activity.type) ? itemScopes(activity.type, item, number) : {},
    border: false,
  });
  return true;
}

function itemScopes(type: string, item: Item, number: number): Record<string, Values> {
  const values: Values = typeof item === 'string' ? { name: item } : item;
  const scope = /version/i.test(type) ? 'version' : /component(?!Environment)/i.test(type) ? 'component' : 'resource';
  const name = values['name'] ?? '';
  return { iteration: { item: name, iteration: String(number) }, item: values, [scope]: values };
}

function end(context: Context, key: string, result: Outcome, message?: string): undefined {
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

// ── cancel and retry ──────────────────────────────────────────────────────────────────────────────────────────────

function cancel(context: Context, by: string): undefined {
  const { draft, commands, happened } = context;
  if (draft.cancelling) return;
  draft.cancelling = true;
  happened.push({ type: 'cancel-requested', by });
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

function retry(context: Context, from: readonly string[] | undefined, by: string): undefined {
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

// ── texts ─────────────────────────────────────────────────────────────────────────────────────────────────────────

function resolve(
  { draft, documents }: Context,
  key: string,
  text: string,
  what: string,
  quote?: (text: string) => string,
): Part[] {
  const state = draft.activities[key]!;
  const frame = draft.frames[state.frame]!;
  const lookup = lookupIn({
    state: draft as RunState,
    frame,
    document: documents(frame.pin),
    previous: state.previous,
  });
  return resolveText(text, lookup, { label: `activity "${state.name}", ${what}` }, quote);
}

/** A value inside a script's string or number: it can never end the string that it stands in. */
export function scriptText(text: string): string {
  return JSON.stringify(text)
    .slice(1, -1)
    .replaceAll("'", "\\'")
    .replaceAll('`', '\\`')
    .replaceAll('$', '\\u0024')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}

function plain(context: Context, key: string, text: string, what: string): string {
  const value = valueFrom(resolve(context, key, text, what));
  if (typeof value === 'string') return value;
  const { name } = context.draft.activities[key]!;
  throw new LockstepError(
    'expression-not-resolved',
    `The ${what} of activity "${name}" needs a secure value, or one that only the agent knows; that cannot decide the way.`,
    { hint: 'Use a plain property there.' },
  );
}

/** A text that does not resolve fails its activity, never the whole run. */
function tryText(context: Context, key: string, action: () => void): undefined {
  try {
    action();
  } catch (error) {
    if (!(error instanceof LockstepError)) throw error;
    end(context, key, 'failure', messageOf(error));
  }
}

function textOf(activity: Activity, ...fields: readonly string[]): string {
  for (const field of fields) {
    const value = activity[field];
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  }
  return '';
}

function lockOf(activity: Activity): string {
  return textOf(activity, 'lockName', 'lock', 'name');
}

function border({ draft }: Context, frameId: string): string {
  return frameChain(draft as RunState, draft.frames[frameId]!).at(-1)!.id;
}

function without(values: Record<string, Values>, name: string): Record<string, Values> {
  const { [name]: _, ...rest } = values;
  return rest;
}
