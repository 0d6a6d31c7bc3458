import type { PropertyDefinition, StepType } from '../../plugin/index.ts';
import type { Gone, Pair } from '../likeness/index.ts';
import { attribute } from '../xml-attribute.ts';

/** Something in a proposal that its author has to confirm or decide; the same sentence stands as a comment in the file. */
export interface Guess {
  /** `…-removed`: it went and no line takes it along; it is to be decided whether that is meant. */
  readonly kind: 'step-renamed' | 'property-renamed' | 'default-changed' | 'step-removed' | 'property-removed';
  /** The step type, under its new name where it has one. */
  readonly stepType: string;
  readonly property: string | null;
  readonly from: string;
  /** null: nothing is proposed. */
  readonly to: string | null;
  /** What it may have become, the most alike first, where nothing is proposed. */
  readonly candidates: readonly string[];
  /** How alike the two are, 0 … 1; 1 where only letter case or Unicode form differ. */
  readonly likeness: number;
  readonly message: string;
}

export function stepGuess({ old, now, score, form }: Pair<StepType>): Guess {
  return {
    kind: 'step-renamed',
    stepType: now.name,
    property: null,
    from: old.name,
    to: now.name,
    candidates: [],
    likeness: score,
    message: `"${old.name}" looks renamed to "${now.name}" (${form ? `only the ${form} differs` : inWords(score)}). If not, delete this command: uses of "${old.name}" are then not carried.`,
  };
}

export function stepGone({ old, candidates }: Gone<StepType>): Guess {
  return {
    kind: 'step-removed',
    stepType: old.name,
    property: null,
    from: old.name,
    to: null,
    candidates: candidates.map(({ name }) => name),
    likeness: 0,
    message:
      candidates.length === 0
        ? `"${old.name}" is gone and nothing came that it could have become: its uses are not carried.`
        : `"${old.name}" is gone. ${candidates
            .slice(0, 3)
            .map(
              ({ name }) =>
                `If it became "${name}", write <migrate-command name="${attribute(name)}" old="${attribute(old.name)}"/>.`,
            )
            .join(' ')} If it was deleted, its uses are not carried.`,
  };
}

export function propertyGuess({ old, now, score, form }: Pair<PropertyDefinition>, stepType: string): Guess {
  return {
    kind: 'property-renamed',
    stepType,
    property: now.name,
    from: old.name,
    to: now.name,
    candidates: [],
    likeness: score,
    message: `"${old.name}" of "${stepType}" looks renamed to "${now.name}" (${form ? `only the ${form} differs` : inWords(score)}). If not, delete old=: the values of "${old.name}" are then dropped.`,
  };
}

export function propertyGone({ old, candidates }: Gone<PropertyDefinition>, stepType: string): Guess {
  return {
    kind: 'property-removed',
    stepType,
    property: null,
    from: old.name,
    to: null,
    candidates: candidates.map(({ name }) => name),
    likeness: 0,
    message:
      candidates.length === 0
        ? `"${old.name}" of "${stepType}" is gone and nothing came that it could have become: its values are dropped.`
        : `"${old.name}" of "${stepType}" is gone. ${candidates
            .slice(0, 3)
            .map(({ name }) => `If it became "${name}", write old="${attribute(old.name)}" there.`)
            .join(' ')} If it was removed, its values are dropped.`,
  };
}

export function defaultGuess(old: PropertyDefinition, now: PropertyDefinition, stepType: string): Guess {
  const secret = now.type === 'secureBox' || old.type === 'secureBox';
  const shown = (value: string | null) => (secret ? 'another value' : `"${value ?? ''}"`);
  return {
    kind: 'default-changed',
    stepType,
    property: now.name,
    from: secret ? '' : (old.defaultValue ?? ''),
    to: secret ? '' : (now.defaultValue ?? ''),
    candidates: [],
    likeness: 1,
    message: `The default of "${now.name}" of "${stepType}" changed from ${shown(old.defaultValue)} to ${shown(now.defaultValue)}. If existing uses shall keep the old one, delete this line.`,
  };
}

function inWords(score: number): string {
  return `${Math.round(score * 100)} % alike`;
}
