import type { Problem } from '../../failure/index.ts';
import { attribute } from '../xml-attribute.ts';
import type { PropertyInput } from './property-input.ts';
import { shownDefault } from './shown-default.ts';

/** [PROP-3] [PROP-4] Properties that no use of the old version can have a value for; `renamed` may have one. */
export function newProperties({ trace, now }: PropertyInput, renamed: ReadonlySet<string>): Problem[] {
  const reached = new Set(trace.properties.values());
  // what upgrade.xml gives may be another value than plugin.xml's [PROP-6]
  return now.properties
    .filter(({ name }) => !reached.has(name) && !renamed.has(name) && !trace.defaulted.has(name))
    .flatMap((property): Problem[] => {
      const { name, defaultValue, required, nameAt, defaultAt, at } = property;
      const emptied = trace.statements.get(name)?.default === '';
      // an empty default in upgrade.xml is a decision too [PROP-6]
      if (defaultValue && !emptied)
        return [
          {
            code: 'default-not-migrated',
            severity: 'error',
            message: `The new property "${name}" of "${now.name}" has a default, but upgrade.xml gives existing uses none: they would go without a value.`,
            hint: `Write <migrate-property name="${attribute(name)}" default="${attribute(shownDefault(property))}"/>.`,
            where: defaultAt ?? at,
          },
        ];
      if (!required) return [];
      return [
        {
          code: 'required-without-default',
          severity: 'warning',
          message: emptied
            ? `The new property "${name}" of "${now.name}" is required, and the default of upgrade.xml is empty: whoever runs an existing process is asked for it.`
            : `The new property "${name}" of "${now.name}" is required and has no default: whoever runs an existing process is asked for it.`,
          hint: `Write <migrate-property name="${attribute(name)}" default="…"/>, or make it optional.`,
          where: nameAt ?? at,
        },
      ];
    });
}
