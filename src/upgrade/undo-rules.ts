import { findStepType, type PluginDefinition } from '../plugin/index.ts';
import type { CompiledUpgrade } from './compiled-upgrade.ts';
import type { UndoInput } from './undo-document.ts';

/** What undoing has to know of the upgrade that is undone. */
export function undoRulesOf({
  definitions,
  line,
  plugin: own,
  hides,
}: CompiledUpgrade): Required<Pick<UndoInput, 'places' | 'hides'>> {
  return {
    places: ({ version, plugin, stepType }) =>
      propertyNames(definitions.get(line.placeOf(plugin ?? own.id, version) ?? version), stepType),
    hides,
  };
}

/** The properties of a step type; null where the version or the step type is not known. */
export function propertyNames(definition: PluginDefinition | undefined, stepType: string): ReadonlySet<string> | null {
  const step = findStepType(definition, stepType);
  return step && new Set(step.properties.map(({ name }) => name));
}
