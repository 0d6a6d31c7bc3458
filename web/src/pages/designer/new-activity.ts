import type { PaletteEntry, ProcessActivity } from '../../api/types.ts';

/** A field of an activity that is no step of a plugin, as a form asks for it. */
export interface ActivityField {
  readonly name: string;
  readonly kind: 'text' | 'longText' | 'choice';
  readonly required?: boolean;
  readonly choices?: readonly string[];
}

/** The activities beside steps of plugins, with what each needs to know. */
export const otherActivities = {
  finish: [],
  switch: [{ name: 'propertyName', kind: 'text', required: true }],
  setStatus: [{ name: 'status', kind: 'choice', required: true, choices: ['Success', 'Failure'] }],
  acquireLock: [{ name: 'lockName', kind: 'text', required: true }],
  releaseLock: [{ name: 'lockName', kind: 'text', required: true }],
  runProcess: [{ name: 'processName', kind: 'text', required: true }],
  componentProcess: [
    { name: 'componentName', kind: 'text' },
    { name: 'componentProcessName', kind: 'text', required: true },
  ],
  processSleep: [{ name: 'sleepTime', kind: 'text', required: true }],
  manualTask: [{ name: 'description', kind: 'longText', required: true }],
  createRuntimeProperty: [
    { name: 'propertyName', kind: 'text', required: true },
    { name: 'propertyValue', kind: 'text' },
  ],
  join: [],
  componentEnvironmentIterator: [
    { name: 'items', kind: 'longText' },
    { name: 'maxIteration', kind: 'text' },
  ],
  resourceIterator: [
    { name: 'items', kind: 'longText' },
    { name: 'maxIteration', kind: 'text' },
  ],
} as const satisfies Readonly<Record<string, readonly ActivityField[]>>;

export type OtherActivity = keyof typeof otherActivities;

/** A new step with its defaults; a check box without one is unset. */
export function newStep(
  { pluginId, pluginName, pluginVersion, stepType }: PaletteEntry,
  name: string,
): ProcessActivity {
  const defaults = stepType.properties.flatMap((property) =>
    property.defaultValue === null || (property.type === 'checkBox' && property.defaultValue !== 'true')
      ? []
      : [[property.name, property.defaultValue] as const],
  );
  return {
    type: 'plugin',
    name,
    pluginId,
    pluginName,
    pluginVersion,
    commandName: stepType.name,
    properties: Object.fromEntries(defaults),
    allowFailure: false,
    useImpersonation: false,
    showHidden: false,
    children: [],
  };
}

export function newOtherActivity(type: OtherActivity, name: string): ProcessActivity {
  if (type === 'setStatus') return { type, name, status: 'Success', children: [] };
  if (!type.endsWith('Iterator')) return { type, name, children: [] };
  const graph = { type: 'graph', name: `${name} graph`, edges: [], offsets: [], children: [] };
  return { type, name, maxIteration: -1, children: [graph] };
}

/** What a palette entry is while it is dragged. */
export type Dropped = { readonly plugin: string; readonly stepType: string } | { readonly activity: OtherActivity };
