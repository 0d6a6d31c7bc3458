import type { PluginDefinition } from './definition.ts';
import type { Lifecycle } from './lifecycle.ts';
import { sameName } from './same-name.ts';

/** The definition with what its lifecycle says of the plugin, its step types and their properties. */
export function withLifecycle(
  definition: PluginDefinition,
  { successor, deprecated, steps }: Pick<Lifecycle, 'successor' | 'deprecated' | 'steps'>,
): PluginDefinition {
  return {
    ...definition,
    ...(successor && { successor }),
    // who takes over replaces it
    ...(deprecated && { deprecated: { ...deprecated, use: deprecated.use ?? successor?.id ?? null } }),
    stepTypes: definition.stepTypes.map((stepType) => {
      const said = steps.find(({ name }) => sameName(name, stepType.name));
      if (!said) return stepType;
      return {
        ...stepType,
        ...(said.deprecated && { deprecated: said.deprecated }),
        properties: stepType.properties.map((property) => {
          const about = said.properties.find(({ name }) => sameName(name, property.name))?.deprecated;
          return about ? { ...property, deprecated: about } : property;
        }),
      };
    }),
  };
}
