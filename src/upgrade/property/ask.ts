import { textOf } from '../../process/index.ts';
import { shownValue } from '../secrets.ts';
import { type ChangeKind, quotedName } from './change.ts';
import { type Arrival, isHidden, type PropertyProgram } from './program.ts';
import type { Slot } from './slot.ts';

export const asked = {
  kind: 'asked',
  counts: false,
  describe: (change) => `${quotedName(change)} asked`,
} as const satisfies ChangeKind;

export const answered = {
  kind: 'answered',
  counts: true,
  describe: (change) => `${quotedName(change)} answered`,
} as const satisfies ChangeKind;

/** A value that a person must decide about [PROP-7]. */
export interface Asked {
  readonly kind: 'choice-not-offered' | 'secure-becomes-plain';
  readonly property: string;
  readonly offered: readonly string[];
  readonly shown: string | null;
}

// [PROP-7]
export function ask(slot: Slot, there: Arrival, program: PropertyProgram, secrets: readonly string[]): Asked | null {
  if (!there.secure && slot.was !== null && program.wasSecure.has(slot.was)) {
    if (textOf(slot.value) === '') return null;
    return { kind: 'secure-becomes-plain', property: slot.name, offered: [], shown: null };
  }
  if (!there.choices) return null;
  const text = textOf(slot.value);
  const wasOffered = !there.formerChoices || there.formerChoices.has(text);
  if (text === '' || text.includes('${') || there.choices.has(text) || !wasOffered) return null;
  const value = shownValue(text, isHidden(program, slot), secrets);
  const shown = typeof value === 'string' ? value : null;
  return { kind: 'choice-not-offered', property: slot.name, offered: [...there.choices], shown };
}
