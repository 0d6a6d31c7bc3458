import type { UseValue } from '../../process/index.ts';
import type { ChangeKind } from './change.ts';

/** A property while its use is carried. */
export class Slot {
  name: string;
  /** Its name in the use as it stood, in form C; null when the upgrade brought it. */
  readonly was: string | null;
  /** As the use spells it. */
  readonly written: string | null;
  readonly before: UseValue | undefined;
  value: UseValue;
  /** What an operation made of its value; null where it only has another name, if that. */
  kind: ChangeKind | null = null;
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

  note(kind: ChangeKind, rule: string, reason: string): void {
    this.kind = kind;
    this.rule = rule;
    this.reason = reason;
  }
}

export function findSlot(slots: readonly Slot[], name: string): Slot | undefined {
  for (const slot of slots) if (slot.name === name && !slot.gone) return slot;
  return undefined;
}
