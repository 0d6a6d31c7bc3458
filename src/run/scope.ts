import { isSecretMember, namedOutputs, type ProcessDocument, previousStep } from '../process/index.ts';
import type { FoundValue, Lookup } from './expression.ts';
import type { Frame, ProcessPin, RunState } from './run-state.ts';
import type { Value, Values } from './value.ts';

/** Scopes that a request may fill, in the order in which a name without a scope is looked up. */
export const contextScopes = ['version', 'resource', 'environment', 'component', 'application', 'system'] as const;

export interface PropertyDeclaration {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  readonly type: 'TEXT' | 'TEXTAREA' | 'SECURE' | 'SELECT' | 'MULTI_SELECT' | 'CHECKBOX';
  readonly required: boolean;
  /** Its default; may hold expressions. */
  readonly value: string | null;
  readonly choices: readonly { readonly label: string; readonly value: string }[];
}

/** A process's declared properties (`propDefs`); what is malformed there is left out. */
export function declaredProperties(document: ProcessDocument): PropertyDeclaration[] {
  const list = Array.isArray(document['propDefs']) ? (document['propDefs'] as Record<string, unknown>[]) : [];
  const types = ['TEXT', 'TEXTAREA', 'SECURE', 'SELECT', 'MULTI_SELECT', 'CHECKBOX'] as const;
  return list
    .filter((entry) => entry !== null && typeof entry === 'object' && typeof entry['name'] === 'string')
    .map((entry) => ({
      name: entry['name'] as string,
      label: text(entry['label']) ?? (entry['name'] as string),
      description: text(entry['description']) ?? '',
      type: isSecretMember(entry) ? 'SECURE' : (types.find((type) => type === entry['type']) ?? 'TEXT'),
      required: entry['required'] === true || entry['required'] === 'true',
      value: text(entry['value']),
      choices: (Array.isArray(entry['allowedValues']) ? (entry['allowedValues'] as unknown[]) : []).map(choice),
    }));
}

function choice(entry: unknown): { label: string; value: string } {
  if (entry !== null && typeof entry === 'object') {
    const { label, value } = entry as { label?: unknown; value?: unknown };
    return { label: text(label) ?? text(value) ?? '', value: text(value) ?? '' };
  }
  return { label: String(entry), value: String(entry) };
}

function text(value: unknown): string | null {
  return typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'boolean'
      ? `${value}`
      : null;
}

/**
 * How a name is found from inside a frame, first match wins: what the run set (createRuntimeProperty), the iteration's
 * item, the request's answers, the process's properties and defaults, then version, resource, environment, component,
 * application, system. `scope/name` looks in that scope; `Activity/output` at the outputs of an activity of this
 * graph or one around it; `prevStep/output` at the activity that led here.
 */
export function lookupIn(input: {
  readonly state: RunState;
  readonly frame: Frame;
  readonly document: ProcessDocument;
  readonly previous?: string | undefined;
}): Lookup {
  const { state, frame, document, previous } = input;
  const chain = frameChain(state, frame);
  const border = chain.at(-1)!;
  const given = border.parent === null ? state.input.answers : (border.scopes['request'] ?? {});

  function processProperty(name: string): FoundValue | null {
    const answer = own(given, name);
    if (answer !== null) return { value: answer };
    const properties = Array.isArray(document['properties'])
      ? (document['properties'] as Record<string, unknown>[])
      : [];
    const property = properties.find((entry) => entry?.['name'] === name);
    if (property) return { value: text(property['value']) ?? '', template: true };
    const declared = declaredProperties(document).find((entry) => entry.name === name);
    return declared ? { value: declared.value ?? '', template: true } : null;
  }

  function inFrames(scope: string, name: string): FoundValue | null {
    for (const { scopes } of chain) {
      const value = own(scopes[scope] ?? {}, name);
      if (value !== null) return { value };
    }
    const value = own(state.input.scopes[scope] ?? {}, name);
    return value === null ? null : { value };
  }

  function output(name: string): FoundValue | null {
    for (const { id } of chain) {
      for (const { activity, output } of namedOutputs(name)) {
        const value = own(state.activities[activityKey(id, activity)]?.outputs ?? {}, output);
        if (value !== null) return { value };
      }
    }
    return null;
  }

  function scoped(name: string): FoundValue | null {
    const slash = name.indexOf('/');
    if (slash <= 0) return null;
    const scope = name.slice(0, slash);
    const rest = name.slice(slash + 1);
    if (scope === 'process' || scope === 'request') {
      const value = processProperty(rest);
      if (value) return value;
    }
    if (scope === previousStep && previous !== undefined) {
      const value = own(state.activities[previous]?.outputs ?? {}, rest);
      if (value !== null) return { value };
    }
    return output(name) ?? inFrames(scope, rest);
  }

  function builtIn(name: string): FoundValue | null {
    const value = own(ofProcess(frame.pin), name);
    if (value !== null) return { value };
    const dot = name.indexOf('.');
    return dot > 0 ? inFrames(name.slice(0, dot), name.slice(dot + 1)) : null;
  }

  return (name) => {
    const runtime = own(state.runtime, name);
    if (runtime !== null) return { value: runtime };
    const item = inFrames('iteration', name);
    if (item) return item;
    const property = processProperty(name) ?? scoped(name);
    if (property) return property;
    for (const scope of contextScopes) {
      const value = inFrames(scope, name);
      if (value) return value;
    }
    return builtIn(name);
  };
}

/** From the frame outwards to the border of its process. */
export function frameChain(state: RunState, frame: Frame): Frame[] {
  const chain = [frame];
  for (let at = frame; !at.border; ) {
    at = state.frames[state.activities[at.parent!]!.frame]!;
    chain.push(at);
  }
  return chain;
}

export function activityKey(frameId: string, name: string): string {
  return frameId === '' ? name : `${frameId}/${name}`;
}

/** The key without iteration numbers: how questions and their answers name an activity. */
export function askedAs(state: RunState, frame: Frame, name: string): string {
  if (frame.parent === null) return name;
  const parent = state.activities[frame.parent]!;
  return `${askedAs(state, state.frames[parent.frame]!, parent.name)}/${name}`;
}

function ofProcess(pin: ProcessPin): Values {
  return { 'process.name': pin.name, 'process.id': pin.processId, 'process.version': String(pin.version) };
}

function own(values: Values, name: string): Value | null {
  return Object.hasOwn(values, name) ? values[name]! : null;
}
