import type { GraphNode } from '../../graph/graph-parts.ts';
import type { Mark } from '../../graph/mark.ts';
import type { newStep } from './new-activity.ts';

/** Marks steps that lack a value that their type requires. */
export function missingValues(
  nodes: readonly GraphNode[],
  entries: Parameters<typeof newStep>[0][],
): ReadonlyMap<string, Mark> {
  const types = new Map(
    entries.map((entry) => [`${entry.pluginName}\0${entry.pluginVersion}\0${entry.stepType.name}`, entry]),
  );
  return new Map(
    nodes.flatMap(({ id, activity }) => {
      const key = `${activity['pluginName']}\0${activity['pluginVersion']}\0${activity['commandName']}`;
      const values = (activity['properties'] ?? {}) as Readonly<Record<string, unknown>>;
      const missing = types
        .get(key)
        ?.stepType.properties.some(({ name, required }) => required && (values[name] ?? '') === '');
      return missing ? [[id, 'problem' as const]] : [];
    }),
  );
}
