import type { Problem } from '../../failure/index.ts';
import type { MigrateBlock, MigrateProperty, PropertyDefinition, StepType } from '../../plugin/index.ts';
import { differOnlyInForm, type Pairing, showForms } from '../likeness/index.ts';
import { attribute } from '../xml-attribute.ts';
import type { StepTrace } from './hop-trace.ts';

/** `<migrate-property>` whose `old=` or `name=` does not exist, and `old=` that meet in one name or part from one. */
export function statementFindings(trace: StepTrace, now: StepType, pairing: Pairing<PropertyDefinition>): Problem[] {
  const later = (index: number) => trace.commands.slice(index + 1).flatMap(({ command }) => command.properties);
  return [
    ...trace.commands.flatMap(({ command, knownBefore, block }, index) =>
      command.properties.flatMap((property): Problem[] => [
        ...unknownOld(property, now, block, knownBefore, pairing),
        ...(index === trace.commands.length - 1
          ? unknownName(property, now, knownBefore)
          : phantom(property, now, block, knownBefore, later(index))),
      ]),
    ),
    ...meeting(trace, now),
    ...parting(trace, now),
  ];
}

/** A rename is stated, but from a name that never was: that finding says it all. */
export function hasUnknownOld({ commands }: StepTrace, name: string): boolean {
  return commands.some(({ command, knownBefore }) =>
    command.properties.some(
      (property) => property.name === name && property.old !== null && !knownBefore.has(property.old),
    ),
  );
}

/** `name=` of a command that no step type of the version before passes: there is nothing to follow, only to look up. */
export function unknownName(
  { name, old, at, nameAt }: MigrateProperty,
  now: StepType,
  knownBefore: ReadonlySet<string>,
): Problem[] {
  const names = now.properties.map((property) => property.name);
  if (names.includes(name)) return [];
  const meant = names.find((known) => differOnlyInForm(known, name));
  const moves = old !== null && knownBefore.has(old);
  const where = nameAt ?? at;
  if (meant)
    return [
      {
        code: 'property-letter-case',
        severity: 'error',
        message:
          differOnlyInForm(meant, name) === 'Unicode form'
            ? `The names ${showForms(meant, name)} differ only in Unicode form, and the property of "${now.name}" has the first: this has no effect on it.`
            : `The property of "${now.name}" is called "${meant}", not "${name}": this has no effect on it.`,
        hint: `Write name="${attribute(meant)}".`,
        where,
      },
    ];
  return [
    {
      code: 'property-unknown',
      severity: moves ? 'error' : 'warning',
      message: `"${now.name}" has no property "${name}"${moves ? `, so the value of "${old}" would be dropped` : '; this does nothing'}.`,
      hint: 'Correct the name, or delete the line.',
      where,
    },
  ];
}

function unknownOld(
  { name, old, at, oldAt }: MigrateProperty,
  now: StepType,
  block: MigrateBlock,
  knownBefore: ReadonlySet<string>,
  { pairs, gone }: Pairing<PropertyDefinition>,
): Problem[] {
  if (old === null || knownBefore.has(old)) return [];
  const likely = pairs.find((pair) => pair.now.name === name)?.old.name;
  const asked = gone.filter(({ candidates }) => candidates.some((one) => one.name === name)).map((one) => one.old.name);
  const meant = [...knownBefore].find((known) => differOnlyInForm(known, old)) ?? likely;
  const stale = knownBefore.has(name);
  return [
    {
      code: 'property-old-unknown',
      severity: stale ? 'warning' : 'error',
      message: stale
        ? `"${now.name}" had no property "${old}" before version ${block.toVersion}; it was already called "${name}".`
        : `"${now.name}" had no property "${old}" before version ${block.toVersion}, so no value is moved to "${name}".`,
      hint: meant
        ? `Write old="${attribute(meant)}".`
        : stale
          ? 'Delete old=.'
          : asked.length > 0
            ? `Correct old= (it may be ${asked.map((one) => `"${one}"`).join(' or ')}), or delete it.`
            : 'Correct old=, or delete it.',
      where: oldAt ?? at,
    },
  ];
}

/** A line of an earlier block about a property that no version at hand has and no later block takes on. */
function phantom(
  { name, old, at, nameAt }: MigrateProperty,
  now: StepType,
  block: MigrateBlock,
  knownBefore: ReadonlySet<string>,
  later: readonly MigrateProperty[],
): Problem[] {
  const known = knownBefore.has(name) || (old !== null && knownBefore.has(old));
  if (known || now.properties.some((property) => property.name === name)) return [];
  if (later.some((property) => property.old === name || property.name === name)) return [];
  return [
    {
      code: 'property-unknown',
      severity: 'warning',
      message: `Neither version has a property "${name}" of "${now.name}", and no block after ${block.toVersion} takes it on; for their uses this does nothing.`,
      hint: 'Correct the name, or delete the line.',
      where: nameAt ?? at,
    },
  ];
}

/** [PROP-1] Two old names for one new name: where a use has both values, one goes. */
function meeting({ properties, movedBy }: StepTrace, now: StepType): Problem[] {
  const byName = Map.groupBy(properties.keys(), (old) => properties.get(old)!);
  return [...byName].flatMap(([name, olds]): Problem[] => {
    const move = olds.map((old) => movedBy.get(old)).findLast((property) => property !== undefined);
    if (olds.length < 2 || !move) return [];
    return [
      {
        code: 'properties-meet',
        severity: 'warning',
        message: `${olds.map((old) => `"${old}"`).join(' and ')} of "${now.name}" both become "${name}": a use that has a value under each keeps one of them.`,
        hint: 'Give each a new name of its own, or tell the owners of the processes.',
        where: move.oldAt ?? move.at,
      },
    ];
  });
}

/** One old name for two new names: its value goes to one of them. */
function parting({ commands }: StepTrace, now: StepType): Problem[] {
  return commands.flatMap(({ command, knownBefore }) => {
    const first = new Map<string, string>();
    return command.properties.flatMap(({ name, old, at, oldAt }): Problem[] => {
      if (old === null || old === name || !knownBefore.has(old)) return [];
      const before = first.get(old);
      if (before === undefined || before === name) {
        first.set(old, name);
        return [];
      }
      return [
        {
          code: 'property-parts',
          severity: 'warning',
          message: `"${old}" of "${now.name}" cannot become both "${before}" and "${name}": its value goes to "${before}" alone.`,
          hint: `Leave old= out for one of the two, and give it a default.`,
          where: oldAt ?? at,
        },
      ];
    });
  });
}
