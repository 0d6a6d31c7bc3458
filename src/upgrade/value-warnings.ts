import type { Problem } from '../failure/index.ts';
import type { OutputReference } from '../process/index.ts';
import { showForms } from './likeness/index.ts';
import type { PropertyChange, ShownValue } from './plan.ts';
import type { Loss } from './property/run-program.ts';

/** A value that goes, by name [PROP-1, PROP-5, PROP-8]. */
export function lossWarning(activity: string, { change, stays, otherCase }: Loss): Problem {
  const { name, was, before } = change;
  const what = `"${was ?? name}" of "${activity}"`;
  if (stays) {
    return {
      code: 'two-values-one-name',
      severity: 'warning',
      message: `${what} and "${stays.name}" meet in one name: ${quoted(before)} goes, ${quoted(stays.value)} stays.`,
      hint: 'Look which of the two the new version needs, and correct the process afterwards.',
    };
  }
  if (otherCase !== null) {
    return {
      code: 'name-differs-by-case',
      severity: 'warning',
      message: `${what} goes with ${quoted(before)}: the new version has no such property, and its "${otherCase}" differs by letter case alone.`,
      hint: `If the two are the same, the upgrade file should say <migrate-property name="${otherCase}" old="${name}"/>.`,
    };
  }
  return {
    code: 'chosen-value-dropped',
    severity: 'warning',
    message: `${what} goes with ${quoted(before)}, which is no default but somebody's own value.`,
    hint: 'The undo record keeps it. Look whether the new version has another place for it.',
  };
}

/** [PROP-8] the same name in another Unicode form. */
export function respelledWarning(activity: string, was: string, name: string): Problem {
  return {
    code: 'name-in-another-form',
    severity: 'warning',
    message: `${showForms(was, name)}, in "${activity}" and in the plugin, look alike and are written with other characters: they count as one name.`,
  };
}

// [PROP-5]
export function changedReferenceWarning({ holder, field, text }: OutputReference, change: PropertyChange): Problem {
  const who = holder ? `"${holder.name}"` : 'The process';
  const fate = change.kind === 'dropped' ? 'is dropped' : `is called "${change.name}" now`;
  return {
    code: 'reference-to-changed-property',
    severity: 'warning',
    message: `${who} uses ${text} in "${field}", and that property ${fate}.`,
    hint: 'Look whether it still gives what is meant, and correct the reference.',
  };
}

function quoted(value: ShownValue): string {
  if (value === null) return 'no value';
  return typeof value === 'string' ? JSON.stringify(value) : 'its secret value';
}
