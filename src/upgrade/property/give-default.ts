import { textOf } from '../../process/index.ts';
import { type ChangeKind, quotedName, type ShownValue, type ValueChange } from './change.ts';
import { kept } from './keep.ts';
import type { CarriedUse, DefaultsMode, Operation, ReadOperations, Stated } from './program.ts';
import { findSlot, Slot } from './slot.ts';

export const defaulted = {
  kind: 'defaulted',
  counts: true,
  describe: (change) => `${quotedName(change)} = ${showValue(change.after)}`,
  written: ({ after }: ValueChange) => (typeof after === 'string' ? after : '(secret)'),
} as const satisfies ChangeKind;

/** `<migrate-property name default>` [PROP-2]. */
export const readDefaults: ReadOperations = ({ properties }, stated) =>
  properties.flatMap(({ name, default: value }) => (value === null ? [] : [giveDefault(name, value, stated)]));

interface Given {
  readonly name: string;
  readonly value: string;
  readonly mode: DefaultsMode;
  readonly former: ReadonlySet<string> | null;
  readonly reasons: Reasons;
}

/** Why it is given or not, written once for every use. */
type Reasons = Readonly<Record<'noValue' | 'unchanged' | 'always' | 'ownValue' | 'formerUnknown', string>>;

function giveDefault(name: string, value: string, stated: Stated): Operation {
  const { mode } = stated;
  const given: Given = { name, value, mode, former: stated.former(name), reasons: reasonsOf(name, value, stated) };
  return { run: ({ slots }) => give(slots, given), gives: name };
}

// [PROP-2]
function give(slots: CarriedUse['slots'], { name, value, mode, former, reasons }: Given): void {
  let slot = findSlot(slots, name);
  if (!slot || slot.value === null) {
    if (!slot) {
      slot = new Slot(name, null, undefined, value);
      slots.push(slot);
    }
    write(slot, value, reasons.noValue);
    return;
  }
  const text = textOf(slot.value);
  if (text === value) return;
  if (mode === 'always') write(slot, value, reasons.always);
  else if (mode === 'if-unchanged' && former?.has(text)) write(slot, value, reasons.unchanged);
  else if (slot.kind !== defaulted)
    slot.note(kept, 'PROP-2', former || mode === 'if-absent' ? reasons.ownValue : reasons.formerUnknown);
}

function write(slot: Slot, value: string, reason: string): void {
  slot.value = value;
  slot.note(defaulted, 'PROP-2', reason);
}

// [PROP-2]
function reasonsOf(name: string, value: string, { mode, declared }: Stated): Reasons {
  const note = noteOf(value, declared(name));
  const own = 'It is none of the former defaults, so it is somebody’s own value.';
  return {
    noValue: `It had no value.${note}`,
    unchanged: `It still had a former default.${note}`,
    always: `This upgrade gives the new default to every use.${note}`,
    ownValue: (mode === 'if-absent' ? 'It has a value of its own.' : own) + note,
    formerUnknown: `The former defaults are not known, so it may be somebody’s own value.${note}`,
  };
}

// [PROP-6]
function noteOf(value: string, declared: string | null): string {
  if (declared === null || declared === value) return '';
  return ` The upgrade file gives "${value}"; the definition's own default is ${declared === '' ? 'none' : `"${declared}"`}.`;
}

function showValue(value: ShownValue): string {
  if (value === null) return 'no value';
  return typeof value === 'string' ? JSON.stringify(value) : '(secret)';
}
