import type { Problem } from '../failure/index.ts';
import { findStepType, type MigrateBlock, type PluginDefinition, sameName } from '../plugin/index.ts';
import { acceptedValues } from './property/accepted-values.ts';

/** Defaults of a block that the version which it leads to does not take [PROP-7]. */
export function unfitDefaults(definition: PluginDefinition, block: MigrateBlock): Problem[] {
  return block.commands.flatMap(({ name: step, properties }) =>
    properties.flatMap(({ name, default: value, defaultAt, at }): Problem[] => {
      const property = findStepType(definition, step)?.properties.find((one) => sameName(one.name, name));
      const accepted = property && acceptedValues(property);
      if (!accepted || !value || value.includes('${') || accepted.has(value)) return [];
      return [
        {
          code: 'default-not-offered',
          severity: 'warning',
          message: `The default "${value}" that upgrade.xml gives "${name}" of "${step}" is none of the values that it takes.`,
          hint: `Write one of: ${[...accepted].join(', ')}.`,
          where: defaultAt ?? at,
        },
      ];
    }),
  );
}
