import type { Catalogue } from '../../catalogue/index.ts';
import { listPlugins, showPlugin } from '../../catalogue/index.ts';
import { LockstepError } from '../../failure/index.ts';
import type { PluginDefinition } from '../../plugin/index.ts';
import type { Activity, ProcessDocument, Use } from '../../process/index.ts';
import { readUse, visitActivities } from '../../process/index.ts';

/** Tells which property of which use is secure. */
export type IsSecure = (use: Omit<Use, 'path'>, property: string) => boolean;

/**
 * By the definition of the use's version; where that version is not known, by any version that knows the step type. A
 * property that some version calls secure is treated as secure, since an upgrade may have made it plain [PROP-7].
 */
export async function secureProperties(catalogue: Catalogue): Promise<IsSecure> {
  const secure = new Set<string>();
  for (const { id } of await listPlugins(catalogue, { ghosted: true })) {
    const { definitions, versions } = await showPlugin(catalogue, id);
    const names = new Set([id, ...versions.map(({ name }) => name)]);
    for (const definition of definitions.values()) noteSecure(definition, names, secure);
  }
  return ({ pluginId, pluginName, stepType }, property) =>
    [pluginId, pluginName].some((plugin) => secure.has(`${plugin}\0${stepType}\0${property}`));
}

function noteSecure(definition: PluginDefinition, names: ReadonlySet<string>, secure: Set<string>): void {
  for (const stepType of definition.stepTypes) {
    for (const property of stepType.properties) {
      if (property.type !== 'secureBox') continue;
      for (const name of names) secure.add(`${name}\0${stepType.name}\0${property.name}`);
    }
  }
}

/** The document as a page may see it: `{ "secret": true }` in place of every secure value that is set. */
export function hideSecureValues(document: ProcessDocument, isSecure: IsSecure): ProcessDocument {
  return changeValues(document, (activity, name, value) => {
    const use = readUse(activity);
    return use && isSecure(use, name) && value !== null && value !== '' ? { secret: true } : value;
  });
}

/**
 * Puts the values that were hidden back, activity by activity. A renamed activity is the only one of its step type that is
 * gone under its old name; where that cannot be told, nobody's secret is guessed: `process-not-valid` asks for the value.
 */
export function restoreSecureValues(edited: ProcessDocument, stored: ProcessDocument): ProcessDocument {
  const there = new Set<string>();
  visitActivities(edited.rootActivity, ({ name }) => void there.add(name));
  const byName = new Map<string, Activity>();
  visitActivities(stored.rootActivity, (activity) => void byName.set(activity.name, activity));
  const gone = [...byName.values()].filter(({ name }) => !there.has(name));
  return changeValues(edited, (activity, name, value) => {
    if (!isHidden(value)) return value;
    const known = byName.get(activity.name);
    if (known) return storedValue(known, name) ?? '';
    const candidates = gone.filter((one) => sameStepType(one, activity) && storedValue(one, name) !== undefined);
    const [only] = candidates;
    if (only && candidates.length === 1) return storedValue(only, name);
    throw new LockstepError(
      'process-not-valid',
      `The hidden value of "${name}" in "${activity.name}" belongs to no stored activity.`,
      {
        hint: 'Enter the value again.',
      },
    );
  });
}

function sameStepType(a: Activity, b: Activity): boolean {
  const [one, other] = [readUse(a), readUse(b)];
  return one !== null && other !== null && one.stepType === other.stepType && one.pluginName === other.pluginName;
}

function storedValue(activity: Activity, property: string): unknown {
  return (activity['properties'] as Record<string, unknown> | undefined)?.[property];
}

function isHidden(value: unknown): boolean {
  return typeof value === 'object' && value !== null && (value as { secret?: unknown }).secret === true;
}

type ChangeValue = (activity: Activity, name: string, value: unknown) => unknown;

function changeValues(document: ProcessDocument, change: ChangeValue): ProcessDocument {
  const visit = (activity: Activity): Activity => {
    const properties = activity['properties'];
    const changed = { ...activity } as Record<string, unknown>;
    if (typeof properties === 'object' && properties !== null && !Array.isArray(properties)) {
      changed['properties'] = Object.fromEntries(
        Object.entries(properties).map(([name, value]) => [name, change(activity, name, value)]),
      );
    }
    if (activity.children) changed['children'] = activity.children.map(visit);
    return changed as unknown as Activity;
  };
  return { ...document, rootActivity: visit(document.rootActivity) };
}
