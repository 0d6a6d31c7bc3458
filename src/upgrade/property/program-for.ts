import type { Problem } from '../../failure/index.ts';
import { describeDeprecation, findStepType, type PropertyDefinition, type StepType } from '../../plugin/index.ts';
import { capital } from '../capital.ts';
import type { CompiledUpgrade, Passage } from '../compiled-upgrade.ts';
import { formerDefaults, namesBefore } from '../former-defaults.ts';
import { differOnlyInForm } from '../likeness/index.ts';
import { acceptedValues } from './accepted-values.ts';
import { statements } from './changes.ts';
import type { Arrival, Operation, PropertyProgram, Stated } from './program.ts';

/** Works the hops' property rules out, in the order of the rules within each hop. */
export function programFor(
  upgrade: CompiledUpgrade,
  from: { version: number; stepType: string },
  rest: { version: number; stepType: string },
  passages: readonly Passage[],
): PropertyProgram {
  const old = findStepType(upgrade.definitions.get(from.version), from.stepType);
  const now = findStepType(upgrade.definitions.get(rest.version), rest.stepType);
  const operations = passages.flatMap((passage) => operationsOf(passage, now, upgrade));
  const arrival = now && arrivalsOf(now, old, operations, rest, upgrade);
  return {
    operations,
    arrival,
    missing: arrival ? [...arrival.values()].filter(({ warning }) => warning) : [],
    deprecated: arrival ? [...arrival.values()].filter(({ deprecated }) => deprecated) : [],
    isDefault: defaultsAt(upgrade, from),
    otherCase: (property) =>
      now?.properties.find(({ name }) => differOnlyInForm(name, property) === 'letter case')?.name ?? null,
    renames: renamesOf(operations, old),
    wasSecure: formerlySecure(upgrade, from, old),
    hides: upgrade.hides,
    lacking: `${capital(upgrade.line.called(rest.version))} no longer has this property.`,
  };
}

function operationsOf({ hop, command }: Passage, now: StepType | null, upgrade: CompiledUpgrade): Operation[] {
  if (!command) return [];
  const stated: Stated = {
    hop: upgrade.line.called(hop),
    mode: upgrade.options.defaults,
    former: (property) => formerDefaults(upgrade, hop, namesBefore([command], { stepType: command.name, property })),
    declared: (property) =>
      !now || upgrade.hides(property)
        ? null
        : (now.properties.find(({ name }) => name === property)?.defaultValue ?? ''),
  };
  return statements.flatMap((read) => read(command, stated));
}

/** Worked out for a property when it is first asked about. */
function defaultsAt(
  upgrade: CompiledUpgrade,
  from: { version: number; stepType: string },
): PropertyProgram['isDefault'] {
  const known = new Map<string, ReadonlySet<string> | null>();
  return (property, value) => {
    let defaults = known.get(property);
    if (defaults === undefined) {
      defaults = formerDefaults(upgrade, from.version + 1, [{ stepType: from.stepType, property }]);
      known.set(property, defaults);
    }
    return defaults?.has(value) ?? false;
  };
}

/** The names of the old definition, or where it is not known of the first hop, followed to the end. */
function renamesOf(operations: readonly Operation[], old: StepType | null): PropertyProgram['renames'] {
  const taken = operations.flatMap(({ takes }) => takes ?? []);
  const names = old ? old.properties.map(({ name }) => name) : [...new Set(taken)];
  return names.flatMap((was) => {
    let name: string | null = was;
    for (const { follow } of operations) if (follow && name !== null) name = follow(name);
    return name === null || name === was ? [] : [[was, name] as const];
  });
}

/** Where the old definition is not known, what any lower known version says about the step type. */
function formerlySecure(
  upgrade: CompiledUpgrade,
  from: { version: number; stepType: string },
  old: StepType | null,
): ReadonlySet<string> {
  const lower = [...upgrade.definitions.values()].filter(({ version }) => version < upgrade.to);
  const stepTypes = old ? [old] : lower.map((definition) => findStepType(definition, from.stepType));
  const properties = stepTypes.flatMap((stepType) => stepType?.properties ?? []);
  return new Set(properties.filter(({ type }) => type === 'secureBox').map(({ name }) => name));
}

function arrivalsOf(
  now: StepType,
  old: StepType | null,
  operations: readonly Operation[],
  rest: { version: number; stepType: string },
  upgrade: CompiledUpgrade,
): Map<string, Arrival> {
  const formerNames = traceNames(operations);
  const given = new Set(operations.flatMap(({ gives }) => gives ?? []));
  return new Map(
    now.properties.map((property) => {
      const names = formerNames(property.name);
      const former = old?.properties.find(({ name }) => names.includes(name)) ?? null;
      const warning = former
        ? null
        : missingValue(
            property,
            given.has(property.name),
            { ...rest, called: upgrade.line.called(rest.version) },
            old !== null,
          );
      const arrival: Arrival = {
        name: property.name,
        spelled: upgrade.spelling(rest.version, rest.stepType, property.name),
        secure: property.type === 'secureBox',
        choices: acceptedValues(property),
        formerChoices: former && acceptedValues(former),
        warning,
        deprecated: deprecatedAt(property, rest.stepType),
      };
      return [property.name, arrival];
    }),
  );
}

function deprecatedAt({ name, deprecated }: PropertyDefinition, stepType: string): Problem | null {
  if (!deprecated) return null;
  const message = describeDeprecation(`"${name}" of "${stepType}"`, deprecated);
  return { code: 'property-deprecated', severity: 'warning', message };
}

/** Every name that a property had on the way, the last one first. */
function traceNames(operations: readonly Operation[]): (name: string) => string[] {
  const backwards = operations.flatMap(({ back }) => back ?? []).toReversed();
  return (name) => {
    const names = [name];
    for (const back of backwards) names.push(...back(names));
    return names;
  };
}

function missingValue(
  property: PropertyDefinition,
  given: boolean,
  rest: { called: string; stepType: string },
  oldIsKnown: boolean,
): Problem | null {
  const { name, required, defaultValue } = property;
  const where = `"${rest.stepType}" at ${rest.called}`;
  if (given) return null;
  if (defaultValue !== null && defaultValue !== '' && oldIsKnown) {
    // [PROP-4]
    return {
      code: 'default-not-applied',
      severity: 'warning',
      message: `${where} has a new property "${name}" with a default, and the upgrade file does not give it to existing uses: they have no value.`,
      hint: `Add <migrate-property name="${name}" default="…"/>, or enter a value in the process.`,
    };
  }
  if (!required) return null;
  // [PROP-3]
  return {
    code: 'required-value-missing',
    severity: 'warning',
    message: `${where} requires "${name}", and there is no value for it: whoever requests the process will be asked.`,
    hint: 'Enter a value in the process.',
  };
}
