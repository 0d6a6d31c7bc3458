import type { PluginDefinition, PropertyDefinition, StepType } from './definition.ts';
import { nameInForm, sameName } from './same-name.ts';

/** A plugin without plugin.xml is null: it has no step types. */
type Declaring = Pick<PluginDefinition, 'stepTypes'> | null | undefined;

/** The step type of that name in whatever Unicode form, or null; never in another letter case [PROP-8]. */
export function findStepType(definition: Declaring, name: string): StepType | null {
  return definition?.stepTypes.find((stepType) => sameName(stepType.name, name)) ?? null;
}

/**
 * Two versions of a step type take the same input: the same properties with the same type, default, choices and need for
 * a value. Labels, descriptions, order and the command behind them are the script's business [CHAIN-3].
 */
export function sameStepType(a: StepType, b: StepType): boolean {
  return signature(a) === signature(b);
}

/** Names of step types that two definitions do not have in the same form: what [CHAIN-3] and [DO-1] call a change. */
export function changedStepTypes(a: Declaring, b: Declaring): string[] {
  const names = new Set([...(a?.stepTypes ?? []), ...(b?.stepTypes ?? [])].map(({ name }) => nameInForm(name)));
  return [...names].filter((name) => {
    const [old, now] = [findStepType(a, name), findStepType(b, name)];
    return !old || !now || !sameStepType(old, now);
  });
}

function signature(stepType: StepType): string {
  return JSON.stringify(stepType.properties.map(propertySignature).sort());
}

function propertySignature(property: PropertyDefinition): string {
  const { name, type, required, defaultValue, choices } = property;
  return JSON.stringify([nameInForm(name), type, required, defaultValue ?? '', choices.map(({ value }) => value)]);
}
