import type { Activity } from '../../process/index.ts';
import { type Frame, type ProcessPin, type ProcessReference, type RunState, referenceKey } from '../run-state.ts';
import { askedAs, frameChain } from '../scope.ts';
import { type Value, type Values, valueFrom } from '../value.ts';
import { activityOf, type Context, type Draft, openFrame } from './draft.ts';
import { end, tryText } from './end-activity.ts';
import { plain, resolve, textOf } from './resolve-text-of.ts';

export function startProcess(context: Context, key: string, activity: Activity): undefined {
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

export function enterProcess(context: Context, key: string, pin: ProcessPin): undefined {
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

function without(values: Record<string, Values>, name: string): Record<string, Values> {
  const { [name]: _, ...rest } = values;
  return rest;
}
