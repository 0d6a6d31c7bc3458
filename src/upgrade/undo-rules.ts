import { findStepType } from '../plugin/index.ts';
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
    places({ version, plugin, stepType }) {
      const step = findStepType(definitions.get(line.placeOf(plugin ?? own.id, version) ?? version), stepType);
      return step && new Set(step.properties.map(({ name }) => name));
    },
    hides,
  };
}
