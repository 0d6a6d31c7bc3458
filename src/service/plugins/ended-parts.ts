import type { Problem } from '../../failure/index.ts';
import type { PluginDefinition } from '../../plugin/index.ts';
import { type KnownPlugins, lifecycleFindings } from '../../upgrade/index.ts';

/** What of an installed plugin is to be used no more, and who takes over. */
export function endedParts(definition: PluginDefinition | null | undefined, known: KnownPlugins): Problem[] {
  if (!definition) return [];
  const { id, successor } = definition;
  const findings = lifecycleFindings(definition, known).map(({ where: _where, ...problem }): Problem => problem);
  if (!successor) return findings;
  const named: Problem = {
    code: 'successor-named',
    severity: 'notice',
    message: `${successor.id} takes over from ${id}.`,
    hint: `An upgrade of ${id} that names no version leads its uses there.`,
  };
  return [named, ...findings];
}
