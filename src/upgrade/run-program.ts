import type { Problem } from '../failure/index.ts';
import { textOf, type UseValue } from '../process/index.ts';
import type { PropertyChange } from './plan.ts';
import type { Arrival, DefaultOperation, PropertyProgram, Renaming } from './property-program.ts';
import { shownValue } from './secrets.ts';

/** A value that a person must decide about [PROP-7]. */
export interface Asked {
  readonly kind: 'choice-not-offered' | 'secure-becomes-plain';
  readonly property: string;
  readonly offered: readonly string[];
  readonly shown: string | null;
}

export interface ProgramRun {
  readonly slots: readonly Readonly<Slot>[];
  readonly changes: readonly PropertyChange[];
  readonly asked: readonly Asked[];
  readonly warnings: readonly Problem[];
}

/** A property while its use is carried. */
class Slot {
  name: string;
  /** Its name in the use as it stood; null when the upgrade brought it. */
  readonly was: string | null;
  readonly before: UseValue | undefined;
  value: UseValue;
  /** The latest default that a hop declared for it on this route. */
  declared: string | null = null;
  kind: 'defaulted' | 'kept' | null = null;
  gone = false;
  rule = '';
  reason = '';

  constructor(name: string, was: string | null, before: UseValue | undefined, value: UseValue) {
    this.name = name;
    this.was = was;
    this.before = before;
    this.value = value;
  }

  drop(rule: string, reason: string): void {
    this.gone = true;
    this.rule = rule;
    this.reason = reason;
  }

  give(value: string, reason: string): void {
    this.value = value;
    this.declared = value;
    this.kind = 'defaulted';
    this.rule = 'PROP-2';
    this.reason = reason;
  }
}

const none: readonly never[] = Object.freeze([]);

/** Carries one use's properties along its route. Pure: `properties` stays as it is. */
export function runProgram(
  program: PropertyProgram,
  properties: Readonly<Record<string, UseValue>>,
  secrets: readonly string[],
): ProgramRun {
  const slots: Slot[] = [];
  for (const name of Object.keys(properties)) {
    const value = properties[name] as UseValue;
    slots.push(new Slot(name, name, value, value));
  }
  const changes: PropertyChange[] = [];
  for (const operation of program.operations) {
    if (operation.kind === 'rename') rename(slots, operation.pairs, program, secrets, changes);
    else if (operation.kind === 'default') giveDefault(slots, operation, program);
    else find(slots, operation.name)?.drop('PROP-5', operation.reason);
  }
  const asked = arrive(slots, program, secrets, changes);
  const warnings = program.missing.length > 0 ? warn(slots, program.missing) : none;
  return { slots, changes, asked, warnings };
}

function find(slots: readonly Slot[], name: string): Slot | undefined {
  for (const slot of slots) if (slot.name === name && !slot.gone) return slot;
  return undefined;
}

// [PROP-1] all renames of a hop look at the use as it was before the hop, so that two properties can swap names
function rename(
  slots: Slot[],
  pairs: readonly Renaming[],
  program: PropertyProgram,
  secrets: readonly string[],
  changes: PropertyChange[],
): void {
  const moving = pairs.map(({ old }) => find(slots, old));
  for (let index = 0; index < pairs.length; index++) {
    const { old, name } = pairs[index] as Renaming;
    const slot = moving[index];
    if (!slot || slot.gone || slot.name !== old) continue;
    const there = find(slots, name);
    if (there && !moving.includes(there, index + 1)) {
      if (textOf(there.value) !== '') {
        slot.drop('PROP-1', `A value stands under "${name}" too; that one stays.`);
        changes.push(describeStaying(there, slot, program, secrets));
        continue;
      }
      there.drop('PROP-1', `It was empty, and "${old}" takes its name.`);
    }
    slot.name = name;
    slot.rule = 'PROP-1';
    slot.reason = 'The upgrade file renames it.';
  }
}

function describeStaying(
  there: Slot,
  gone: Slot,
  program: PropertyProgram,
  secrets: readonly string[],
): PropertyChange {
  const value = shownValue(there.value, isHidden(program, gone) || isHidden(program, there), secrets);
  const reason = `A value stands under both "${gone.name}" and "${there.name}"; this one stays.`;
  return { name: there.name, was: gone.name, kind: 'kept', before: value, after: value, rule: 'PROP-1', reason };
}

// [PROP-2]
function giveDefault(slots: Slot[], { name, value, reasons }: DefaultOperation, program: PropertyProgram): void {
  let slot = find(slots, name);
  if (!slot || slot.value === null) {
    if (!slot) {
      slot = new Slot(name, null, undefined, value);
      slots.push(slot);
    }
    slot.give(value, reasons.noValue);
    return;
  }
  const text = textOf(slot.value);
  const former = slot.declared === null ? program.formerDefault(slot.was ?? name) : [slot.declared];
  slot.declared = value;
  if (text === value) return;
  if (program.mode === 'always') slot.give(value, reasons.always);
  else if (program.mode === 'if-unchanged' && former?.includes(text)) slot.give(value, reasons.unchanged);
  else if (slot.kind !== 'defaulted') {
    slot.kind = 'kept';
    slot.rule = 'PROP-2';
    slot.reason = former || program.mode === 'if-absent' ? reasons.ownValue : reasons.formerUnknown;
  }
}

/** What becomes of each property at the version of rest; returns what a person must decide. */
function arrive(
  slots: readonly Slot[],
  program: PropertyProgram,
  secrets: readonly string[],
  changes: PropertyChange[],
): readonly Asked[] {
  let asked: Asked[] | null = null;
  for (const slot of slots) {
    const there = program.arrival?.get(slot.name);
    // [PROP-5]
    if (!there && program.arrival && !slot.gone) slot.drop('PROP-5', program.lacking);
    const question = there && !slot.gone && slot.kind !== 'defaulted' ? ask(slot, there, program, secrets) : null;
    if (question) {
      asked ??= [];
      asked.push(question);
    }
    const kind = question ? 'asked' : kindOf(slot);
    if (kind !== null) changes.push(describe(slot, kind, program, secrets));
  }
  return asked ?? none;
}

// [PROP-7]
function ask(slot: Slot, there: Arrival, program: PropertyProgram, secrets: readonly string[]): Asked | null {
  if (!there.secure && slot.was !== null && program.wasSecure.has(slot.was)) {
    if (textOf(slot.value) === '') return null;
    return { kind: 'secure-becomes-plain', property: slot.name, offered: none, shown: null };
  }
  if (!there.choices) return null;
  const text = textOf(slot.value);
  const wasOffered = !there.formerChoices || there.formerChoices.has(text);
  if (text === '' || text.includes('${') || there.choices.has(text) || !wasOffered) return null;
  const value = shownValue(text, isHidden(program, slot), secrets);
  const shown = typeof value === 'string' ? value : null;
  return { kind: 'choice-not-offered', property: slot.name, offered: [...there.choices], shown };
}

function kindOf(slot: Slot): PropertyChange['kind'] | null {
  if (slot.gone) return slot.was === null ? null : 'dropped';
  if (slot.kind === 'defaulted') return slot.before !== undefined && slot.before === slot.value ? null : 'defaulted';
  if (slot.kind !== null) return slot.kind;
  return slot.was === slot.name ? null : 'renamed';
}

function describe(
  slot: Slot,
  kind: PropertyChange['kind'],
  program: PropertyProgram,
  secrets: readonly string[],
): PropertyChange {
  const { name, was } = slot;
  const hidden = isHidden(program, slot);
  const before = shownValue(slot.before, hidden, secrets);
  const after = kind === 'dropped' || kind === 'asked' ? null : shownValue(slot.value, hidden, secrets);
  const rule = kind === 'asked' ? 'PROP-7' : slot.rule;
  const reason = kind === 'asked' ? 'A person decides about this value.' : slot.reason;
  return { name, was: was === name ? null : was, kind, before, after, rule, reason };
}

function warn(slots: readonly Slot[], missing: readonly Arrival[]): Problem[] {
  const warnings: Problem[] = [];
  for (const { name, warning } of missing) {
    const slot = find(slots, name);
    if (warning && (!slot || textOf(slot.value) === '')) warnings.push(warning);
  }
  return warnings;
}

function isHidden({ hides, wasSecure }: PropertyProgram, { name, was }: Slot): boolean {
  return hides(name) || (was !== null && was !== name && hides(was)) || (was !== null && wasSecure.has(was));
}
