import type { Problem, Severity } from '../../failure/index.ts';
import type { PropertyDefinition, PropertyType, StepType } from '../../plugin/index.ts';
import { attribute } from '../xml-attribute.ts';
import type { StepTrace } from './hop-trace.ts';
import type { PropertyInput } from './property-input.ts';
import { shownDefault } from './shown-default.ts';

/** Properties that stayed, under the same or another name, with other demands on their values; `renames`: name → new property. */
export function changedProperties(
  { trace, now }: PropertyInput,
  renames: ReadonlyMap<string, PropertyDefinition>,
): Problem[] {
  return trace.old.properties.flatMap((old): Problem[] => {
    const current = trace.properties.get(old.name) ?? old.name;
    const name = renames.get(current)?.name ?? current;
    const property = now.properties.find((candidate) => candidate.name === name);
    if (!property) return [];
    return [
      ...typeChanged(old, property, now),
      ...choicesRemoved(old, property, now),
      ...becameRequired(old, property, now, trace),
      ...defaultChanged(old, property, now, trace),
    ];
  });
}

/** What a type takes of another's values: where it takes all, nobody has to look. */
const narrowing: Readonly<Partial<Record<PropertyType, string>>> = {
  checkBox: 'only true, false or nothing is taken: any other value becomes a question',
  selectBox: 'only its choices are taken: any other value becomes a question',
};

function typeChanged(old: PropertyDefinition, property: PropertyDefinition, now: StepType): Problem[] {
  if (old.type === property.type) return [];
  const where = property.typeAt ?? property.at;
  // [PROP-7]
  if (old.type === 'secureBox')
    return [
      {
        code: 'secure-becomes-plain',
        severity: 'error',
        message: `"${property.name}" of "${now.name}" was a secureBox and is now a ${property.type}: stored secrets would be shown as plain text.`,
        hint: 'Keep type="secureBox", or take another name without old=.',
        where,
      },
    ];
  const [severity, effect]: [Severity, string] =
    narrowing[property.type] !== undefined
      ? ['warning', narrowing[property.type]!]
      : property.type === 'secureBox'
        ? ['notice', 'values that stand in processes are secret from now on']
        : property.type === 'textBox' && old.type === 'textAreaBox'
          ? ['notice', 'values of several lines are shown in one']
          : ['notice', 'existing values stay'];
  return [
    {
      code: 'property-type-changed',
      severity,
      message: `"${property.name}" of "${now.name}" was a ${old.type} and is now a ${property.type}: ${effect}.`,
      hint: 'Say so to those who use it, or keep the type.',
      where,
    },
  ];
}

// [PROP-7]
function choicesRemoved(old: PropertyDefinition, property: PropertyDefinition, now: StepType): Problem[] {
  if (old.type !== 'selectBox' || property.type !== 'selectBox') return [];
  const offered = new Set(property.choices.map(({ value }) => value));
  const removed = old.choices.map(({ value }) => value).filter((value) => !offered.has(value));
  if (removed.length === 0) return [];
  return [
    {
      code: 'choice-removed',
      severity: 'warning',
      message: `"${property.name}" of "${now.name}" no longer offers ${removed.map((value) => `"${value}"`).join(', ')}: each use that has it becomes a question.`,
      hint: 'Keep the choice, or tell your users what to choose instead.',
      where: property.nameAt ?? property.at,
    },
  ];
}

// [PROP-3]
function becameRequired(
  old: PropertyDefinition,
  property: PropertyDefinition,
  now: StepType,
  { defaulted }: StepTrace,
): Problem[] {
  const hasDefault = Boolean(property.defaultValue) || defaulted.has(property.name);
  if (!property.required || old.required || hasDefault || old.defaultValue) return [];
  return [
    {
      code: 'required-without-default',
      severity: 'warning',
      message: `"${property.name}" of "${now.name}" is now required and has no default: whoever runs a process that left it empty is asked for it.`,
      hint: `Write <migrate-property name="${attribute(property.name)}" default="…"/>, or leave it optional.`,
      where: property.nameAt ?? property.at,
    },
  ];
}

/** [PROP-2] A default that changes in plugin.xml alone: uses that have the former one keep it. */
function defaultChanged(
  old: PropertyDefinition,
  property: PropertyDefinition,
  now: StepType,
  { statements }: StepTrace,
): Problem[] {
  const [before, after] = [old.defaultValue ?? '', property.defaultValue ?? ''];
  const stated = statements.get(property.name);
  const said = stated?.default ?? null;
  if (before === after || said !== null) return [];
  const secret = old.type === 'secureBox' || property.type === 'secureBox';
  const shown = (value: string) => (value === '' ? 'nothing' : secret ? 'another value' : `"${value}"`);
  return [
    {
      code: 'default-changed',
      severity: after === '' ? 'notice' : 'warning',
      message: `The default of "${property.name}" of "${now.name}" changes from ${shown(before)} to ${shown(after)} in plugin.xml alone: existing uses keep ${before === '' ? 'no value' : 'the former one'}.`,
      hint:
        after === ''
          ? 'If existing uses shall have none either, write <migrate-property> with default="".'
          : `Write <migrate-property name="${attribute(property.name)}"${stated?.old ? ` old="${attribute(stated.old)}"` : ''} default="${attribute(shownDefault(property))}"/>.`,
      where: property.defaultAt ?? property.at,
    },
  ];
}
