import type { PropertyDefinition } from '../../plugin/index.ts';
import { type Pairing, pairAlike } from './pair-alike.ts';
import { positionLikeness } from './position-likeness.ts';
import { textLikeness } from './text-likeness.ts';
import { type Aspect, weightedMean } from './weighted-mean.ts';

/**
 * Pairs the properties that one version of a step type lost with those that the next has. Both lists are the whole ones,
 * the old one under the names that the file moves its properties to: what both have tells where the others stand.
 */
export function pairProperties(
  old: readonly PropertyDefinition[],
  now: readonly PropertyDefinition[],
): Pairing<PropertyDefinition> {
  const oldNames = new Set(old.map(({ name }) => name));
  const nowNames = new Set(now.map(({ name }) => name));
  return pairAlike(
    old.filter(({ name }) => !nowNames.has(name)),
    now.filter(({ name }) => !oldNames.has(name)),
    {
      scoring: (known) => propertyLikeness(old, now, known),
      possible: (a, b) => !becomesPlain({ old: a, now: b }),
      sameKind: (a, b) => kindOf(a) === kindOf(b),
      lastTwo: 0.3,
    },
  );
}

/** [PROP-7] A secret is never moved to where it would be shown. */
export function becomesPlain({ old, now }: { old: PropertyDefinition; now: PropertyDefinition }): boolean {
  return old.type === 'secureBox' && now.type !== 'secureBox';
}

function propertyLikeness(
  old: readonly PropertyDefinition[],
  now: readonly PropertyDefinition[],
  known: ReadonlyMap<string, string>,
): (a: PropertyDefinition, b: PropertyDefinition) => number {
  const position = positionLikeness(namesOf(old), namesOf(now), known);
  return (a, b) =>
    weightedMean([
      { weight: 0.3, score: textLikeness(a.name, b.name) },
      ...sayings(a, b),
      { weight: 0.1, score: a.type === b.type ? 1 : kindOf(a) === kindOf(b) ? 0.5 : 0 },
      { weight: 0.2, score: position(a.name, b.name) },
      { weight: a.defaultValue && b.defaultValue ? 0.15 : 0, score: a.defaultValue === b.defaultValue ? 1 : 0 },
      {
        weight: a.choices.length > 0 && b.choices.length > 0 ? 0.2 : 0,
        score: shared(valuesOf(a), valuesOf(b)),
      },
    ]);
}

/** What people read of the two; a label that only repeats the name says nothing more. */
function sayings(a: PropertyDefinition, b: PropertyDefinition): Aspect[] {
  const label = a.label === a.name && b.label === b.name ? null : textLikeness(a.label, b.label);
  const description = a.description === '' || b.description === '' ? null : textLikeness(a.description, b.description);
  const said = [label, description].filter((score) => score !== null);
  return said.length === 0 ? [] : [{ weight: 0.25, score: Math.max(...said) }];
}

/** Texts of one line, of several and secret ones are one kind. */
function kindOf({ type }: PropertyDefinition): string {
  return ['textBox', 'textAreaBox', 'secureBox'].includes(type) ? 'text' : type;
}

function namesOf(properties: readonly PropertyDefinition[]): string[] {
  return properties.map(({ name }) => name);
}

function valuesOf({ choices }: PropertyDefinition): string[] {
  return choices.map(({ value }) => value);
}

/** Shared texts among all: 0 … 1. */
function shared(a: readonly string[], b: readonly string[]): number {
  return a.filter((text) => b.includes(text)).length / new Set([...a, ...b]).size;
}
