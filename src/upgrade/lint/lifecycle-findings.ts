import type { Problem } from '../../failure/index.ts';
import { type Deprecation, describeDeprecation, followSuccessors, type PluginDefinition } from '../../plugin/index.ts';

/** Plugins that are known where the plugin is judged → who takes over from each, as it says itself. */
export type KnownPlugins = ReadonlyMap<string, string | null>;

/** What lifecycle.xml ends, and where its successor leads. */
export function lifecycleFindings(definition: PluginDefinition, known: KnownPlugins | null): Problem[] {
  const { id, name, deprecated, stepTypes } = definition;
  return [
    ...(deprecated ? describe('plugin-deprecated', `The plugin "${name}"`, deprecated) : []),
    ...stepTypes.flatMap((stepType) => [
      ...(stepType.deprecated ? describe('step-deprecated', `"${stepType.name}"`, stepType.deprecated) : []),
      ...stepType.properties.flatMap((property) =>
        property.deprecated
          ? describe('property-deprecated', `"${property.name}" of "${stepType.name}"`, property.deprecated)
          : [],
      ),
    ]),
    ...(known ? successorFindings(definition, new Map([...known, [id, definition.successor?.id ?? null]])) : []),
  ];
}

function describe(code: string, what: string, deprecation: Deprecation): Problem[] {
  const isReplaced = deprecation.use !== null;
  return [
    {
      code,
      severity: isReplaced ? 'notice' : 'warning',
      message: describeDeprecation(what, deprecation),
      ...(!isReplaced && {
        hint: 'Write use="…" with what replaces it, or say in the sentence what people do instead.',
      }),
      where: deprecation.at,
    },
  ];
}

// [SUCC-1]
function successorFindings({ id, successor }: PluginDefinition, known: KnownPlugins): Problem[] {
  if (!successor) return [];
  const { ids, end, at } = followSuccessors(id, (one) => known.get(one));
  if (end === 'last') return [];
  const circle = end === 'circle';
  return [
    {
      code: circle ? 'successor-circle' : 'successor-unknown',
      severity: circle ? 'error' : 'warning',
      message: circle
        ? `The successors lead back: ${[...ids, at].join(' → ')}.`
        : `The successor ${at}${ids.length > 1 ? ` of ${ids.at(-1)}` : ''} is not known here.`,
      hint: circle
        ? 'Take the successor out of the plugin that takes over.'
        : 'Check the id; uses stay with this plugin until that one is installed.',
      where: successor.at,
    },
  ];
}
