import type { Problem } from '../../failure/index.ts';
import type { PluginDefinition, PropertyDefinition } from '../../plugin/index.ts';

/** A default that its own choices do not offer, unless the version before had the same. */
export function definitionFindings(definition: PluginDefinition, previous: PluginDefinition | null): Problem[] {
  return definition.stepTypes.flatMap(({ name: step, properties }) => {
    const before = previous?.stepTypes.find(({ name }) => name === step)?.properties ?? [];
    return properties
      .filter(
        (property) =>
          defaultNotOffered(property) &&
          !before.some(
            (old) => old.name === property.name && old.defaultValue === property.defaultValue && defaultNotOffered(old),
          ),
      )
      .map(({ name, defaultValue, defaultAt, at }) => ({
        code: 'default-not-offered',
        severity: 'warning',
        message: `The default "${defaultValue}" of "${name}" in "${step}" is none of its choices.`,
        hint: 'Correct the default, or add the choice.',
        where: defaultAt ?? at,
      }));
  });
}

function defaultNotOffered({ type, defaultValue, choices }: PropertyDefinition): boolean {
  if (type !== 'selectBox' || choices.length === 0 || !defaultValue || defaultValue.includes('${')) return false;
  return !choices.some(({ value }) => value === defaultValue);
}
