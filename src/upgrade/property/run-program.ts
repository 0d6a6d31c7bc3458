import type { Problem } from '../../failure/index.ts';
import { textOf, type UseValue } from '../../process/index.ts';
import { shownValue } from '../secrets.ts';
import { type Asked, ask, asked } from './ask.ts';
import type { ChangeKind, ShownValue, ValueChange } from './change.ts';
import type { PropertyChange } from './changes.ts';
import { defaulted } from './give-default.ts';
import { kept } from './keep.ts';
import { type CarriedUse, isHidden, type PropertyProgram } from './program.ts';
import { dropped } from './remove.ts';
import { renamed } from './rename.ts';
import { findSlot, Slot } from './slot.ts';

/** A value that nobody's rule wanted to go [PROP-1, PROP-5], to be warned about by name. */
export interface Loss {
  readonly change: ValueChange;
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
    const inForm = form(name);
    slots.push(new Slot(inForm, name, value, value));
    if (inForm !== name) respelled = true;
  }
  if (respelled) dropRepeated(slots);
  const changes: PropertyChange[] = [];
  const note: CarriedUse['note'] = (change) => void changes.push(change as PropertyChange);
  const use: CarriedUse = { slots, program, secrets, note };
  for (const operation of program.operations) operation.run(use);
  const arrived = arrive(use);
  const tells = program.missing.length > 0 || program.deprecated.length > 0;
  const warnings = tells ? warn(slots, program) : none;
  return { slots, changes, ...arrived, warnings };
}

/** [PROP-8] two names that are one in form C: the first with a value stays. */
function dropRepeated(slots: readonly Slot[]): void {
  for (const slot of slots) {
    const first = findSlot(slots, slot.name);
    if (!first || first === slot) continue;
    const [stays, goes] = textOf(first.value) === '' ? [slot, first] : [first, slot];
    goes.drop('PROP-8', `"${stays.written}" is the same name in another Unicode form, and that one stays.`);
    goes.by = stays;
  }
}

type Arrived = Pick<ProgramRun, 'asked' | 'lost' | 'respelled'>;

/** What becomes of each property at the version of rest; returns what a person must decide, or wants to know. */
function arrive({ slots, program, secrets, note }: CarriedUse): Arrived {
  const arrived = { asked: none as Asked[], lost: none as Loss[], respelled: none as Respelled[] };
  for (const slot of slots) {
    const there = program.arrival?.get(slot.name);
    // [PROP-5]
    if (!there && program.arrival && !slot.gone) slot.drop('PROP-5', program.lacking);
    const question = there && !slot.gone && !slot.kind?.written ? ask(slot, there, program, secrets) : null;
    if (question) arrived.asked = [...arrived.asked, question];
    const kind = question ? asked : kindOf(slot);
    if (kind !== null) {
      const change = describe(slot, kind, program, secrets);
      note(change);
      if (change.chosen) arrived.lost = [...arrived.lost, describeLoss(slot, change, program, secrets)];
    }
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

function describeLoss(slot: Slot, change: ValueChange, program: PropertyProgram, secrets: readonly string[]): Loss {
  const { by, name } = slot;
  const stays = by && { name: by.written ?? by.name, value: shownValue(by.value, isHidden(program, by), secrets) };
  return { change, stays, otherCase: by ? null : program.otherCase(name) };
}

function kindOf(slot: Slot): ChangeKind | null {
  if (slot.gone) return slot.was === null ? null : dropped;
  if (slot.kind === null) return slot.was === slot.name ? null : renamed;
  return slot.kind !== kept && slot.before !== undefined && slot.before === slot.value ? null : slot.kind;
}

function describe(slot: Slot, as: ChangeKind, program: PropertyProgram, secrets: readonly string[]): PropertyChange {
  const { name, written, rule, reason } = slot;
  const hidden = isHidden(program, slot);
  const was = slot.was === name ? null : written;
  const before = shownValue(slot.before, hidden, secrets);
  // spelled out: the hot loop of planning makes one for each property
  const kind = as.kind as PropertyChange['kind'];
  if (as === asked)
    return { name, was, kind, before, after: null, rule: 'PROP-7', reason: 'A person decides about this value.' };
  if (as !== dropped) return { name, was, kind, before, after: shownValue(slot.value, hidden, secrets), rule, reason };
  const change = { name, was, kind, before, after: null, rule, reason };
  return isChosen(slot, program) ? { ...change, chosen: true } : change;
}

/** [PROP-5] somebody's own value: no default of any earlier version, and not what stays in its place anyhow. */
function isChosen({ was, before, kind, by }: Slot, program: PropertyProgram): boolean {
  const text = textOf(before);
  if (was === null || text === '' || kind === defaulted) return false;
  return by ? textOf(by.value) !== text : !program.isDefault(was, text);
}

function warn(slots: readonly Slot[], { missing, deprecated: ended }: PropertyProgram): Problem[] {
  const warnings: Problem[] = [];
  for (const { name, warning } of missing) {
    const slot = findSlot(slots, name);
    if (warning && (!slot || textOf(slot.value) === '')) warnings.push(warning);
  }
  for (const { name, deprecated } of ended) {
    const slot = findSlot(slots, name);
    if (deprecated && slot && textOf(slot.value) !== '') warnings.push(deprecated);
  }
  return warnings;
}
