import type { Activity } from '../../process/index.ts';
import type { RunState } from '../run-state.ts';
import { askedAs } from '../scope.ts';
import type { Part } from '../value.ts';
import type { Context } from './draft.ts';
import { resolve } from './resolve-text-of.ts';

export function orderStep(context: Context, key: string, activity: Activity): undefined {
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
