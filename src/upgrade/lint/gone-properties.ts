import type { Problem } from '../../failure/index.ts';
import type { PropertyDefinition } from '../../plugin/index.ts';
import { becomesPlain, type Gone, type Pair, type Pairing, showForms } from '../likeness/index.ts';
import { attribute } from '../xml-attribute.ts';
import { listNames } from './list-names.ts';
import type { PropertyInput } from './property-input.ts';
import { hasUnknownOld } from './statement-findings.ts';
import { percent } from './step-findings.ts';

/** [PROP-5] Whatever goes is named: a property that looks renamed without `old=`, and one that is simply gone. */
export function goneProperties(input: PropertyInput, { pairs, gone }: Pairing<PropertyDefinition>): Problem[] {
  const { trace } = input;
  return [
    ...pairs.filter((pair) => !hasUnknownOld(trace, pair.now.name)).map((pair) => lookingRenamed(pair, input)),
    ...gone.map((one) => removed(one, input)),
    ...removedOnPurpose(input).map((old) => dropped(old, input)),
  ];
}

function lookingRenamed({ old, now, score, form }: Pair<PropertyDefinition>, input: PropertyInput): Problem {
  const hidden = becomesPlain({ old, now });
  return {
    code: 'property-renamed',
    severity: form ? 'error' : 'warning',
    message: form
      ? `${showForms(old.name, now.name)} of "${input.now.name}" differ only in ${form}; the second came without old= for the first: its values would be lost.`
      : `"${old.name}" of "${input.now.name}" is gone and "${now.name}" is new and may be the same (${percent(score)} alike); without old= its values would be lost.`,
    hint: hidden
      ? 'It was a secret: if it was renamed, keep type="secureBox" and write old=.'
      : `If it was renamed, write <migrate-property name="${attribute(now.name)}" old="${attribute(old.name)}"/>${form ? '' : `; if not, <remove-property name="${attribute(old.name)}"/>`}.`,
    where: placeFor(now.name, input) ?? now.nameAt ?? now.at,
  };
}

function removed({ old, candidates }: Gone<PropertyDefinition>, input: PropertyInput): Problem {
  const { now } = input;
  const came = cameTo(input);
  if (came.length === 0) return dropped(old, input);
  const [first] = candidates;
  const kept = `<remove-property name="${attribute(old.name)}"/>`;
  return {
    code: 'property-removed',
    severity: 'warning',
    message: `"${old.name}" of "${now.name}" is gone, and ${listNames(came)} came: without old=, values in existing processes are dropped${formerDefault(old)}.`,
    hint: first
      ? `If it became "${first.name}", write <migrate-property name="${attribute(first.name)}" old="${attribute(old.name)}"/>; if not, ${kept}.`
      : `If it was removed, write ${kept}${old.type === 'secureBox' ? '; a secret cannot become readable text' : ''}.`,
    where: placeFor(null, input) ?? now.nameAt ?? now.at,
  };
}

/** Nothing came that it could have become, or the file removes it on purpose. */
function dropped(old: PropertyDefinition, input: PropertyInput): Problem {
  const { now } = input;
  return {
    code: 'property-removed',
    severity: 'notice',
    message: `"${old.name}" of "${now.name}" is gone: values in existing processes are dropped${formerDefault(old)}.`,
    hint: 'Tell the owners of the processes, or keep the property.',
    where: placeFor(null, input) ?? now.nameAt ?? now.at,
  };
}

function formerDefault({ type, defaultValue }: PropertyDefinition): string {
  return defaultValue && type !== 'secureBox' ? ` (the default was "${defaultValue}")` : '';
}

function removedOnPurpose({ trace, now }: PropertyInput): PropertyDefinition[] {
  return trace.old.properties.filter(
    ({ name }) => trace.removed.has(name) && !now.properties.some((property) => property.name === name),
  );
}

/** New properties that no old one became. */
function cameTo({ trace, now }: PropertyInput): string[] {
  const known = new Set([...trace.properties.keys(), ...trace.properties.values()]);
  return now.properties.map(({ name }) => name).filter((name) => !known.has(name));
}

/** The line of the property, else the command of the block for the new version. */
function placeFor(name: string | null, { trace, block }: PropertyInput) {
  const statement = name === null ? undefined : trace.statements.get(name);
  return statement?.at ?? trace.commands.find((candidate) => candidate.block === block)?.command.at;
}
