import type { Problem } from '../failure/index.ts';
import { textOf, type UseValue } from '../process/index.ts';
import type { PropertyChange, ShownValue } from './plan.ts';
import type { Arrival, DefaultOperation, PropertyProgram, Renaming } from './property-operations.ts';
import { shownValue } from './secrets.ts';

/** A value that a person must decide about [PROP-7]. */
export interface Asked {
  readonly kind: 'choice-not-offered' | 'secure-becomes-plain';
  readonly property: string;
  readonly offered: readonly string[];
  readonly shown: string | null;
}

/** A value that nobody's rule wanted to go [PROP-1, PROP-5], to be warned about by name. */
export interface Loss {
  readonly change: PropertyChange;
  /** What stays in its place, where two values meet under one name. */
  readonly stays: { readonly name: string; readonly value: ShownValue } | null;
  /** A property at rest whose name differs by letter case alone [PROP-8]. */
  readonly otherCase: string | null;
}

export interface ProgramRun {
  readonly slots: readonly Readonly<Slot>[];
  readonly changes: readonly PropertyChange[];
  readonly asked: readonly Asked[];
  readonly lost: readonly Loss[];
  /** Names that are written in another Unicode form at rest: before, and at rest [PROP-8]. */
  readonly respelled: readonly (readonly [was: string, name: string])[];
  readonly warnings: readonly Problem[];
}

/** A property while its use is carried. */
class Slot {
  name: string;
  /** Its name in the use as it stood, in form C; null when the upgrade brought it. */
  readonly was: string | null;
  /** As the use spells it. */
  readonly written: string | null;
  readonly before: UseValue | undefined;
  value: UseValue;
  kind: 'defaulted' | 'kept' | null = null;
  gone = false;
  /** As the version at rest spells its name; null where that version is not known. */
  spelled: string | null = null;
  /** Who took its name. */
  by: Slot | null = null;
  rule = '';
  reason = '';

  constructor(name: string, written: string | null, before: UseValue | undefined, value: UseValue) {
    this.name = name;
    this.was = written === null ? null : name;
    this.written = written;
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
    this.kind = 'defaulted';
    this.rule = 'PROP-2';
    this.reason = reason;
  }
}

const none: never[] = Object.freeze([]) as unknown as never[];

/** Carries one use's properties along its route. Pure: `properties` stays as it is. */
export function runProgram(
  program: PropertyProgram,
  properties: Readonly<Record<string, UseValue>>,
  secrets: readonly string[],
  form: (name: string) => string,
): ProgramRun {
  const slots: Slot[] = [];
  let respelled = false;
  for (const name of Object.keys(properties)) {
    const value = properties[name] as UseValue;
    slots.push(new Slot(form(name), name, value, value));
    if (form(name) !== name) respelled = true;
  }
  if (respelled) dropRepeated(slots);
  const changes: PropertyChange[] = [];
  for (const operation of program.operations) {
    if (operation.kind === 'rename') rename(slots, operation.pairs, program, secrets, changes);
    else if (operation.kind === 'default') giveDefault(slots, operation, program);
    else find(slots, operation.name)?.drop('PROP-5', operation.reason);
  }
  const arrived = arrive(slots, program, secrets, changes);
  const warnings = program.missing.length > 0 ? warn(slots, program.missing) : none;
  return { slots, changes, ...arrived, warnings };
}

/** [PROP-8] two names that are one in form C: the first with a value stays. */
function dropRepeated(slots: readonly Slot[]): void {
  for (const slot of slots) {
    const first = find(slots, slot.name);
    if (!first || first === slot) continue;
    const [stays, goes] = textOf(first.value) === '' ? [slot, first] : [first, slot];
    goes.drop('PROP-8', `"${stays.written}" is the same name in another Unicode form, and that one stays.`);
    goes.by = stays;
  }
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
        slot.by = there;
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
function giveDefault(
  slots: Slot[],
  { name, value, former, reasons }: DefaultOperation,
  program: PropertyProgram,
): void {
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
  if (text === value) return;
  if (program.mode === 'always') slot.give(value, reasons.always);
  else if (program.mode === 'if-unchanged' && former?.has(text)) slot.give(value, reasons.unchanged);
  else if (slot.kind !== 'defaulted') {
    slot.kind = 'kept';
    slot.rule = 'PROP-2';
    slot.reason = former || program.mode === 'if-absent' ? reasons.ownValue : reasons.formerUnknown;
  }
}

type Arrived = Pick<ProgramRun, 'asked' | 'lost' | 'respelled'>;

/** What becomes of each property at the version of rest; returns what a person must decide, or wants to know. */
function arrive(
  slots: readonly Slot[],
  program: PropertyProgram,
  secrets: readonly string[],
  changes: PropertyChange[],
): Arrived {
  const arrived = { asked: none as Asked[], lost: none as Loss[], respelled: none as Respelled[] };
  for (const slot of slots) {
    const there = program.arrival?.get(slot.name);
    // [PROP-5]
    if (!there && program.arrival && !slot.gone) slot.drop('PROP-5', program.lacking);
    const question = there && !slot.gone && slot.kind !== 'defaulted' ? ask(slot, there, program, secrets) : null;
    if (question) arrived.asked = [...arrived.asked, question];
    const kind = question ? 'asked' : kindOf(slot);
    const change = kind === null ? null : describe(slot, kind, program, secrets);
    if (change) changes.push(change);
    if (change?.chosen) arrived.lost = [...arrived.lost, describeLoss(slot, change, program, secrets)];
    // [PROP-8]
    if (there && !slot.gone) {
      if (slot.written !== null && slot.was === slot.name && slot.written !== there.spelled)
        arrived.respelled = [...arrived.respelled, [slot.written, there.spelled]];
      slot.spelled = there.spelled;
    }
  }
  return arrived;
}

type Respelled = ProgramRun['respelled'][number];

function describeLoss(slot: Slot, change: PropertyChange, program: PropertyProgram, secrets: readonly string[]): Loss {
  const { by, name } = slot;
  const stays = by && { name: by.written ?? by.name, value: shownValue(by.value, isHidden(program, by), secrets) };
  return { change, stays, otherCase: by ? null : program.otherCase(name) };
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
  const { name, was, written } = slot;
  const hidden = isHidden(program, slot);
  const before = shownValue(slot.before, hidden, secrets);
  const after = kind === 'dropped' || kind === 'asked' ? null : shownValue(slot.value, hidden, secrets);
  const rule = kind === 'asked' ? 'PROP-7' : slot.rule;
  const reason = kind === 'asked' ? 'A person decides about this value.' : slot.reason;
  const change = { name, was: was === name ? null : written, kind, before, after, rule, reason };
  return kind === 'dropped' && isChosen(slot, program) ? { ...change, chosen: true } : change;
}

/** [PROP-5] somebody's own value: no default of any earlier version, and not what stays in its place anyhow. */
function isChosen({ was, before, kind, by }: Slot, program: PropertyProgram): boolean {
  const text = textOf(before);
  if (was === null || text === '' || kind === 'defaulted') return false;
  return by ? textOf(by.value) !== text : !program.isDefault(was, text);
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
